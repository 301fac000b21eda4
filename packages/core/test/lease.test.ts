import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { StoredRecord, TokenRepository } from '../src/adapter.ts'
import { prepare, type Tokenward, type TokenwardOptions } from '../src/index.ts'
import { ADA, instance, keys, MINUTE } from './instance.ts'
import { mapRepository } from './map-repository.ts'
import { ISSUER } from './provider.ts'

const LEASE = 200

/** Added to the clock that only goes forward, and to the one that a suspended machine catches up. */
let monotonic = 0
let wall = 0

beforeEach(() => {
  monotonic = wall = 0
  const [now, date] = [performance.now.bind(performance), Date.now]
  // Both stand still, so that a busy machine changes no age.
  const [start, startDate] = [now(), date()]
  vi.spyOn(performance, 'now').mockImplementation(() => start + monotonic)
  vi.spyOn(Date, 'now').mockImplementation(() => startDate + wall)
})
afterEach(() => void vi.restoreAllMocks())

function pass(ms: number): void {
  monotonic += ms
  wall += ms
}

/** Counts the reads of all of its instances, which share one store. */
async function store() {
  const records = new Map<string, StoredRecord>()
  const inner = mapRepository(records)
  const gate = { reads: 0, onRead: async () => {}, onReply: async () => {} }
  const repository = (): TokenRepository => ({
    ...inner,
    read: async (asked, signal) => {
      gate.reads++
      await gate.onRead()
      const reply = await inner.read(asked, signal)
      await gate.onReply()
      return reply
    },
  })
  const open = (options: Partial<TokenwardOptions> = {}) =>
    instance({ repository: repository(), cache: { lease: `${LEASE}ms` }, ...options })
  const { tokens, clock } = await open()
  return { gate, records, open, tokens, clock, repository }
}

/** Ends what waits for a lease. */
async function lapse<T>(call: Promise<T>): Promise<T> {
  let isOver = false
  const over = call.finally(() => {
    isOver = true
  })
  over.catch(() => undefined)
  while (!isOver) {
    pass(50)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return over
}

async function readsOf(gate: { reads: number }, call: () => Promise<unknown>): Promise<number> {
  const before = gate.reads
  await call()
  return gate.reads - before
}

async function activeOf(tokens: Tokenward, token: string): Promise<boolean> {
  return (await tokens.verify(token)).active
}

test('within the lease verifications of a token share one read', async () => {
  const { gate, tokens } = await store()
  const { accessToken } = await tokens.issue(ADA)
  const verify = () => tokens.verify(accessToken)
  expect(await readsOf(gate, verify)).toBe(1)
  pass(LEASE / 2 - 1)
  expect(await readsOf(gate, verify)).toBe(0)
  pass(LEASE / 2 + 1)
  expect(await readsOf(gate, verify)).toBe(1)
})

test('from the middle of the lease a token that is used is read again in the background', async () => {
  const { gate, tokens } = await store()
  const { accessToken } = await tokens.issue(ADA)
  const verify = () => tokens.verify(accessToken)
  await verify()
  const reads = await readsOf(gate, async () => {
    for (let i = 0; i < 10; i++) {
      pass(LEASE * 0.6)
      expect(await verify()).toMatchObject({ active: true })
      expect(await verify()).toMatchObject({ active: true })
      // The read is sent, and its reply is handled, in this turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve))
    }
  })
  expect(reads).toBe(10)
})

test.each<
  [string, (tokens: Tokenward, login: { accessToken: string; session: string }) => unknown]
>([
  ['refresh', (tokens, login) => tokens.verify(login.accessToken, { kind: 'refresh' })],
  ['data', (tokens, login) => tokens.verify(login.accessToken, { data: true })],
  ['explain', (tokens, login) => tokens.explain(login.accessToken)],
])('%s: the store is asked', async (_, call) => {
  const { gate, tokens } = await store()
  const login = await tokens.issue(ADA)
  await tokens.verify(login.accessToken)
  const asked = _ === 'refresh' ? { ...login, accessToken: login.refreshToken } : login
  expect(await readsOf(gate, async () => call(tokens, asked))).toBeGreaterThan(0)
})

describe('the age', () => {
  test.each([
    ['the machine was suspended', 0, LEASE],
    ['the wall clock was set back', 0, -60_000],
    ['the wall clock was set forward a little', 0, 20],
    ['the wall clock has stopped', LEASE - 1, 0],
  ])('is unknown where %s', async (_, monotonicMs, wallMs) => {
    const { gate, tokens } = await store()
    const { accessToken } = await tokens.issue(ADA)
    await tokens.verify(accessToken)
    monotonic += monotonicMs
    wall += wallMs
    expect(await readsOf(gate, () => tokens.verify(accessToken))).toBe(1)
  })

  test('begins when the read is sent, not when its reply arrives', async () => {
    const { gate, tokens } = await store()
    const { accessToken } = await tokens.issue(ADA)
    gate.onRead = async () => pass(LEASE - 10)
    await tokens.verify(accessToken)
    gate.onRead = async () => {}
    pass(10)
    expect(await readsOf(gate, () => tokens.verify(accessToken))).toBe(1)
  })

  test('of the later of two reads counts, whichever reply comes last', async () => {
    const { gate, open, tokens } = await store()
    const { tokens: revoker } = await open()
    const { accessToken, jti } = await tokens.issue(ADA)
    const [reached, late] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    gate.onReply = () => {
      reached.resolve()
      return late.promise
    }
    const first = tokens.verify(accessToken)
    await reached.promise
    gate.onReply = async () => {}
    const acknowledged = new Promise((resolve) => revoker.on('revoked', resolve))
    const revoked = revoker.revoke({ jti })
    await acknowledged
    pass(1)
    expect(await activeOf(tokens, accessToken)).toBe(false)
    late.resolve()
    expect(await first).toMatchObject({ active: true })
    expect(await activeOf(tokens, accessToken)).toBe(false)
    await lapse(revoked)
  })
})

describe('a revocation', () => {
  const calls: [string, (tokens: Tokenward, login: Login) => Promise<unknown>][] = [
    ['of a token', (tokens, { jti }) => tokens.revoke({ jti })],
    ['of a session', (tokens, { session }) => tokens.revoke({ session })],
    ['of a subject', (tokens) => tokens.revoke({ subject: ADA.subject })],
    ['of access', (tokens) => tokens.revoke({ subject: ADA.subject }, { only: 'access' })],
    ['of everything', (tokens) => tokens.revoke({ everything: true })],
    ['by consume', (tokens, { accessToken }) => tokens.consume(accessToken)],
  ]

  test.each(calls)(
    '%s resolves after the lease, and no instance accepts then',
    async (_, revoke) => {
      const { open, tokens } = await store()
      const { tokens: other } = await open()
      // The revoker has no cache, as the command line.
      const { tokens: revoker } = await open({ cache: { lease: '0s' } })
      const login = await tokens.issue(ADA)
      expect(await activeOf(other, login.accessToken)).toBe(true)
      const began = monotonic
      const call = revoke(revoker, login)
      await new Promise((resolve) => setTimeout(resolve, 5))
      expect(await activeOf(other, login.accessToken)).toBe(true)
      await lapse(call)
      expect(monotonic - began).toBeGreaterThanOrEqual(LEASE * 1.02 + 5)
      expect(await activeOf(other, login.accessToken)).toBe(false)
    },
  )

  test('reports how long it waited', async () => {
    const { tokens } = await store()
    const { session } = await tokens.issue(ADA)
    expect(await lapse(tokens.revoke({ session }))).toMatchObject({ waited: 209 })
  })

  test('that repeats another one waits too', async () => {
    const { tokens } = await store()
    const { session } = await tokens.issue(ADA)
    const acknowledged = new Promise((resolve) => tokens.on('revoked', resolve))
    void tokens.revoke({ session })
    await acknowledged
    const again = await lapse(tokens.revoke({ session }))
    expect(again).toMatchObject({ first: false, waited: 209 })
  })

  test('is remembered beyond the lease, an acceptance is not', async () => {
    const { gate, tokens } = await store()
    const { accessToken, session } = await tokens.issue(ADA)
    await lapse(tokens.revoke({ session }))
    expect(await activeOf(tokens, accessToken)).toBe(false)
    pass(60 * MINUTE)
    expect(await readsOf(gate, () => tokens.verify(accessToken))).toBe(0)
  })

  test('of a consumed token is shown by an instance that remembers the consumption', async () => {
    const { tokens } = await store()
    const { accessToken } = await tokens.issue(ADA)
    await lapse(tokens.consume(accessToken))
    expect(await tokens.verify(accessToken)).toMatchObject({ reason: 'consumed' })
    await lapse(tokens.revoke(accessToken))
    expect(await tokens.verify(accessToken)).toMatchObject({ reason: 'revoked' })
  })

  test('of a reused refresh token resolves after the lease', async () => {
    const { tokens, clock } = await store()
    const { refreshToken } = await tokens.issue(ADA)
    await tokens.rotate(refreshToken)
    clock.now += 10 * MINUTE
    const began = monotonic
    expect(await lapse(tokens.rotate(refreshToken))).toMatchObject({ reason: 'reused' })
    expect(monotonic - began).toBeGreaterThanOrEqual(LEASE)
  })
})

test('a token that is saved is accepted at once by the instance that has refused it', async () => {
  const { gate, records, tokens } = await store()
  const { accessToken, jti } = await tokens.issue(ADA)
  const [key, record] = [...records].find(([, { kind }]) => kind === 'token') ?? []
  records.delete(key ?? '')
  expect(await tokens.verify(accessToken)).toMatchObject({ reason: 'not-found' })
  records.set(key ?? '', record as StoredRecord)
  expect(await readsOf(gate, () => tokens.verify(accessToken))).toBe(1)
  expect(jti).toBeTypeOf('string')
  expect(await activeOf(tokens, accessToken)).toBe(true)
})

test('a lease outlives no failure of the store beyond its end', async () => {
  const { gate, tokens } = await store()
  const { accessToken } = await tokens.issue(ADA)
  await tokens.verify(accessToken)
  gate.onRead = () => Promise.reject(new Error('away'))
  pass(LEASE - 1)
  expect(await activeOf(tokens, accessToken)).toBe(true)
  pass(1)
  await expect(tokens.verify(accessToken)).rejects.toMatchObject({
    code: 'TOKENWARD_STORE_UNAVAILABLE',
  })
})

describe('the lease of a store', () => {
  const prepared = async (lease: string | undefined) => {
    const { repository, open } = await store()
    const options = { issuer: ISSUER, keys: await keys, repository: repository() }
    const done = await prepare({
      ...options,
      ...(lease !== undefined && { cache: { lease } }),
    } as TokenwardOptions)
    return { root: done.root, open }
  }

  test('is changed by prepare, and left alone by an instance without the option', async () => {
    expect((await prepared(undefined)).root).toBe('present')
    expect((await prepared('200ms')).root).toBe('present')
    expect((await prepared('1s')).root).toBe('leased')
    expect((await prepared('0s')).root).toBe('leased')
  })

  test('is the longest that an instance may have', async () => {
    const { open } = await store()
    await expect(open({ cache: { lease: '201ms' } })).rejects.toMatchObject({
      code: 'TOKENWARD_POLICY_REFUSED',
      findings: [{ code: 'lease' }],
    })
  })

  test('that was lowered is used as soon as it is read', async () => {
    const { gate, repository, open, tokens, clock } = await store()
    const { accessToken } = await tokens.issue(ADA)
    const options = { issuer: ISSUER, keys: await keys, clock: clock.read }
    await prepare({ ...options, repository: repository(), cache: { lease: '0s' } })
    await tokens.verify(accessToken)
    expect(await readsOf(gate, () => tokens.verify(accessToken))).toBe(1)
    await expect(open()).rejects.toMatchObject({ code: 'TOKENWARD_POLICY_REFUSED' })
  })
})

test('an evicting store is refused', async () => {
  const inner = mapRepository()
  const capabilities = { ...inner.capabilities, durability: 'evicting' as const }
  const refused = instance({ repository: { ...inner, capabilities }, cache: { lease: '1s' } })
  await expect(refused).rejects.toMatchObject({
    code: 'TOKENWARD_POLICY_REFUSED',
    findings: [{ code: 'lease', message: expect.stringContaining('evicting') }],
  })
})

test.each([
  [{ cache: { lease: '11s' } }, 'cache.lease'],
  [{ cache: {} }, 'cache.lease'],
  [{ cache: { lease: '1s' }, signatureCache: 0 }, 'cache'],
])('%o is refused', async (options, path) => {
  await expect(instance(options as object)).rejects.toMatchObject({
    code: 'TOKENWARD_INVALID_INPUT',
    path,
  })
})

type Login = Awaited<ReturnType<Tokenward['issue']>>
