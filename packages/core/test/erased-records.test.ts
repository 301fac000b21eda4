import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { CLOCK_MARGIN_MS } from '../src/decision/decide.ts'
import { ADA, instance } from './instance.ts'
import { listingRepository } from './map-repository.ts'
import { recordOfKind, sealing } from './sealing/fixtures.ts'

const SUBJECT = { subject: 'ada' } as const
const DATA = { ...ADA, data: { secret: 'x' } }

test('the revocation of an erased subject has an event', async () => {
  const { tokens, clock } = await sealing()
  const events: object[] = []
  tokens.on('revoked', (event) => void events.push(event))
  await tokens.erase(SUBJECT)
  const record = expect.any(String)
  expect(events).toEqual([{ record, scope: 'subject', at: clock.now, first: true, subject: 'ada' }])
})

test('the note of an earlier revocation of access is erased, though the subject has no tokens', async () => {
  const records = new Map<string, StoredRecord>()
  const { tokens } = await instance({ repository: listingRepository(records) })
  await tokens.revoke(SUBJECT, { only: 'access', reason: 'lost phone' })
  const hasNote = () => recordOfKind(records, 'cutoff').body.includes('lost phone')
  expect(hasNote()).toBe(true)
  expect(await tokens.erase(SUBJECT)).toMatchObject({ erased: 1 })
  expect(hasNote()).toBe(false)
})

test('the notes of the sessions and clients of a subject are erased, and those of others stay', async () => {
  const { tokens } = await sealing()
  const { session } = await tokens.issue(DATA)
  const note = { reason: 'lost phone' }
  const own = [{ session }, { subject: 'ada', client: 'web' }] as const
  const others = [{ client: 'web' }, { issuer: tokens.issuer }] as const
  for (const target of [...own, ...others]) await tokens.revoke(target, note)
  // The session, its access token, and two notes.
  expect(await tokens.erase(SUBJECT)).toMatchObject({ erased: 4 })
  for (const target of own) expect(await tokens.explain(target)).not.toHaveProperty('note')
  for (const target of others) expect(await tokens.explain(target)).toMatchObject({ note })
})

test('a corrupt record is left alone', async () => {
  const { tokens, records } = await sealing()
  await tokens.issue({ ...DATA, refresh: false })
  const corrupt = { ...recordOfKind(records, 'token'), body: '{' }
  records.set(corrupt.key, corrupt)
  expect(await tokens.erase(SUBJECT)).toMatchObject({ erased: 0 })
  expect(records.get(corrupt.key)).toEqual(corrupt)
})

test('erase reads nothing but records', async () => {
  const records = new Map<string, StoredRecord>()
  const inner = listingRepository(records)
  const read: string[] = []
  const { tokens } = await instance({
    repository: {
      ...inner,
      read: (keys, signal) => {
        read.push(...keys)
        return inner.read(keys, signal)
      },
    },
  })
  await tokens.issue({ ...ADA, refresh: false })
  await tokens.erase(SUBJECT)
  for (const key of read) expect(key).toMatch(/^[\w-]{24}$/)
})

test('a record is emptied up to the time when it may be pruned', async () => {
  const { tokens, records, clock } = await sealing()
  await tokens.issue({ ...DATA, refresh: false })
  const { retainUntil } = recordOfKind(records, 'token')
  clock.now = retainUntil - CLOCK_MARGIN_MS
  expect(await tokens.erase(SUBJECT)).toMatchObject({ erased: 0 })
  clock.now -= 1
  expect(await tokens.erase(SUBJECT)).toMatchObject({ erased: 1 })
})
