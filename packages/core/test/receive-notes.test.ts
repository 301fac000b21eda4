import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { mapRepository } from './map-repository.ts'
import { claimsAt, createProvider, sign, testClock, trusting } from './provider.ts'

const OPTIONS = { typ: 'logout+jwt', audience: 'client' } as const

/** An instance, a message, and the store in which the message is noted. */
async function receiving() {
  const { key, fetch } = await createProvider()
  const clock = testClock()
  const records = new Map<string, StoredRecord>()
  const repository = mapRepository(records)
  const tokens = await trusting({ fetch, clock: clock.read, repository })
  const claims = claimsAt(clock.now, { aud: 'client', iat: clock.now / 1000 - 60 })
  const message = await sign(key, claims, { typ: 'logout+jwt' })
  const note = () => [...records.values()].find(({ kind }) => kind === 'token')
  return { tokens, clock, records, message, note }
}

test('the note has the times of the message and of its receipt', async () => {
  const { tokens, clock, message, note } = await receiving()
  const issued = clock.now - 60_000
  await tokens.receive(message, OPTIONS, () => {
    clock.now += 2_000
  })
  expect(note()).toMatchObject({ createdAt: clock.now, groups: [] })
  expect(JSON.parse(note()?.body ?? '')).toMatchObject({
    issuedAt: issued,
    consumed: { at: clock.now },
  })
})

test('a message whose note is corrupt is refused, and not acted on', async () => {
  const { tokens, records, message, note } = await receiving()
  await tokens.receive(message, OPTIONS, () => {})
  const stored = note() as StoredRecord
  records.set(stored.key, { ...stored, body: '{}' })
  let acted = 0
  const received = await tokens.receive(message, OPTIONS, () => acted++)
  expect(received).toEqual({ received: false, reason: 'corrupt' })
  expect(acted).toBe(0)
})

test('a message that another call has received during the action is not received twice', async () => {
  const { tokens, message } = await receiving()
  const received = await tokens.receive(message, OPTIONS, async () => {
    expect(await tokens.receive(message, OPTIONS, () => {})).toMatchObject({ received: true })
  })
  expect(received).toEqual({ received: false, reason: 'consumed' })
})

test('nothing is noted in a store that was emptied during the action', async () => {
  const { tokens, records, message } = await receiving()
  const call = tokens.receive(message, OPTIONS, () => records.clear())
  await expect(call).rejects.toMatchObject({ code: 'TOKENWARD_STORE_UNAVAILABLE' })
  expect(records.size).toBe(0)
})

test('a note that does not contain by which call it was made is of another call', async () => {
  const { tokens, records, message, note } = await receiving()
  const received = await tokens.receive(message, OPTIONS, async () => {
    await tokens.receive(message, OPTIONS, () => {})
    const { key, ...record } = note() as StoredRecord
    const { consumed: _, ...body } = JSON.parse(record.body)
    records.set(key, { key, ...record, body: JSON.stringify(body) })
  })
  expect(received).toEqual({ received: false, reason: 'consumed' })
})
