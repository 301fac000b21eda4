import { afterEach, describe, expect, test, vi } from 'vitest'
import type { TokenwardOptions } from '../src/index.ts'
import { ADA, MINUTE } from './instance.ts'
import { type Losing, losing } from './losing.ts'

afterEach(() => void vi.restoreAllMocks())

const CONSUMED = { active: false, reason: 'consumed', decidedBy: 'token' }

/** An access token without a session, and the store that a test fails. */
async function single(options: Partial<TokenwardOptions> = {}) {
  const made = await losing(options)
  const token = await made.tokens.issue({ ...ADA, refresh: false })
  const events: object[] = []
  made.tokens.on('consumed', (event) => void events.push(event))
  return { ...made, ...token, events }
}

function tokenRecord({ records }: Pick<Losing, 'records'>) {
  const record = [...records.values()].find(({ kind }) => kind === 'token')
  if (record === undefined) throw new Error('no token is stored')
  return { ...record, body: JSON.parse(record.body) }
}

test.each(['allowlist', 'denylist'] as const)(
  'under %s a consumption is stored with its time, and refuses every later call',
  async (policy) => {
    const { tokens, accessToken, clock, events, jti, ...made } = await single({ policy })
    const at = clock.now
    const key = { idempotencyKey: 'order-1' }
    expect(await tokens.consume(accessToken, key)).toMatchObject({
      active: true,
      storeChecked: true,
      claims: { jti },
    })
    const record = tokenRecord(made)
    expect(record).toMatchObject({ state: 'consumed', body: { consumed: { at } } })
    expect(JSON.stringify(record)).not.toContain('order-1')
    clock.now += 1_000
    expect(await tokens.consume(accessToken)).toMatchObject(CONSUMED)
    expect(await tokens.consume(accessToken, { idempotencyKey: 'order-2' })).toMatchObject(CONSUMED)
    expect(await tokens.verify(accessToken)).toMatchObject(CONSUMED)
    expect(tokenRecord(made)).toEqual(record)
    expect(events).toEqual([{ record: record.key, ...ADA, jti }])
  },
)

test('without an idempotency key none is stored, and a repeated call is refused', async () => {
  const { tokens, accessToken, ...made } = await single()
  expect(await tokens.consume(accessToken)).toMatchObject({ active: true })
  expect(tokenRecord(made).body.consumed).not.toHaveProperty('idempotency')
  expect(await tokens.consume(accessToken)).toMatchObject(CONSUMED)
  const key = { idempotencyKey: 'order-1' }
  expect(await tokens.consume(accessToken, key)).toMatchObject(CONSUMED)
})

describe('a call with the same idempotency key', () => {
  const key = { idempotencyKey: 'order-1' }

  test('is active again, and writes nothing', async () => {
    const { tokens, accessToken, writes } = await single()
    await tokens.consume(accessToken, key)
    writes.length = 0
    expect(await tokens.consume(accessToken, key)).toMatchObject({ active: true })
    expect(writes).toEqual([])
  })

  test('is refused once the token was revoked', async () => {
    const { tokens, accessToken, jti } = await single()
    await tokens.consume(accessToken, key)
    await tokens.revoke({ jti })
    expect(await tokens.consume(accessToken, key)).toMatchObject({ reason: 'revoked' })
  })

  test('does not use up another token', async () => {
    const { tokens, accessToken } = await single()
    const other = await tokens.issue({ ...ADA, refresh: false })
    await tokens.consume(accessToken, key)
    expect(await tokens.verify(other.accessToken)).toMatchObject({ active: true })
    expect(await tokens.consume(other.accessToken, key)).toMatchObject({ active: true })
  })
})

test('a consumption whose reply was lost is active, and is not written again', async () => {
  const { tokens, accessToken, state, store, writes, events } = await single()
  writes.length = 0
  state.lose = store
  expect(await tokens.consume(accessToken)).toMatchObject({ active: true })
  expect(writes).toHaveLength(1)
  expect(events).toHaveLength(1)
})

test('a consumption whose write was lost is refused if another call was first', async () => {
  const { tokens, accessToken, state, events } = await single()
  state.lose = async () => expect(await tokens.consume(accessToken)).toMatchObject({ active: true })
  expect(await tokens.consume(accessToken)).toMatchObject(CONSUMED)
  expect(events).toHaveLength(1)
})

test('a token that expires while it is consumed is refused, without an event', async () => {
  const { tokens, accessToken, clock, state, events } = await single()
  state.afterWrite = () => {
    clock.now += 15 * MINUTE
  }
  expect(await tokens.consume(accessToken)).toEqual({ active: false, reason: 'expired' })
  expect(events).toEqual([])
})

test('a corrupt root record refuses a consumption', async () => {
  const { tokens, accessToken, records, writes } = await single()
  writes.length = 0
  for (const record of records.values())
    if (record.kind === 'root') records.set(record.key, { ...record, body: '{}' })
  const corrupt = { active: false, reason: 'corrupt', decidedBy: 'global' }
  expect(await tokens.consume(accessToken)).toEqual(corrupt)
  expect(writes).toEqual([])
})

test('a refresh token is refused, whatever kind is asked for', async () => {
  const { tokens } = await losing()
  const { refreshToken } = await tokens.issue(ADA)
  const refused = { active: false, reason: 'invalid-claims', claim: 'typ', expected: 'at+jwt' }
  for (const options of [{}, { kind: 'refresh' }])
    expect(await tokens.consume(refreshToken, options as never)).toEqual(refused)
  expect(await tokens.rotate(refreshToken)).toMatchObject({ active: true })
})

test('only the call that has consumed the token waits for the lease', async () => {
  const { tokens, accessToken } = await single({ cache: { lease: '200ms' } })
  const waits: number[] = []
  const now = performance.now.bind(performance)
  const { setTimeout } = globalThis
  vi.spyOn(performance, 'now').mockImplementation(
    () => now() + waits.reduce((sum, ms) => sum + ms, 0),
  )
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((task: () => void, ms: number) => {
    if (ms < 200 || ms > 300) return setTimeout(task, ms)
    waits.push(ms)
    return setTimeout(task, 0)
  }) as never)
  expect(await tokens.consume(accessToken)).toMatchObject({ active: true })
  expect(waits).toEqual([209])
  expect(await tokens.consume(accessToken)).toMatchObject(CONSUMED)
  expect(waits).toEqual([209])
})

test('a consumed record that does not contain by which call refuses each call', async () => {
  const { tokens, accessToken, records } = await single()
  await tokens.consume(accessToken)
  for (const record of records.values()) {
    const { consumed: _, ...body } = JSON.parse(record.body)
    records.set(record.key, { ...record, body: JSON.stringify(body) })
  }
  for (const options of [{}, { idempotencyKey: 'order-1' }])
    expect(await tokens.consume(accessToken, options)).toEqual(CONSUMED)
})
