import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DataKeys } from '../../src/sealing/data-keys.ts'
import { Deadline } from '../../src/store/deadline.ts'
import { ADA } from '../instance.ts'
import {
  KEYS_UNAVAILABLE,
  optionOf,
  recordOfKind,
  sealedOf,
  sealing,
  silence,
  testKms,
} from './fixtures.ts'

const HOUR = 3_600_000
const DATA = { ...ADA, data: { tenant: 'acme' } }

let passedMs = 0
beforeEach(() => {
  passedMs = 0
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + passedMs)
})
afterEach(() => void vi.restoreAllMocks())

test('concurrent calls share one data key, which seals for an hour', async () => {
  const kms = testKms()
  const { tokens } = await sealing({ sealing: optionOf(kms) })
  await Promise.all(Array.from({ length: 20 }, () => tokens.issue(DATA)))
  expect([kms.wraps, kms.unwraps]).toEqual([1, 1])
  passedMs += HOUR - 60_000
  await tokens.issue(DATA)
  expect(kms.wraps).toBe(1)
  passedMs += 60_000
  await tokens.issue(DATA)
  expect([kms.wraps, kms.unwraps]).toEqual([2, 2])
})

test('a wrapped key is unwrapped once an hour, and its context is the namespace', async () => {
  const kms = testKms()
  const { tokens } = await sealing({ sealing: optionOf(kms) })
  const { accessToken } = await tokens.issue(DATA)
  const data = async () => {
    const result = await tokens.verify(accessToken, { data: true })
    return result.active ? result.data : result
  }
  expect(await Promise.all([data(), data(), data()])).toEqual(Array(3).fill(DATA.data))
  expect(kms.unwraps).toBe(2)
  passedMs += HOUR
  expect(await data()).toEqual(DATA.data)
  expect(kms.unwraps).toBe(3)
  expect(new Set(kms.contexts.map((each) => JSON.stringify(each)))).toEqual(
    new Set(['{"namespace":"test"}']),
  )
})

test('at most 1,000 unwrapped keys are kept, the latest used ones', async () => {
  const kms = testKms()
  const keys = new DataKeys(optionOf(kms), { namespace: 'test' })
  const wrapped = (n: number) => Buffer.alloc(32, `key ${n}`).toString('base64url')
  const open = (n: number) => keys.opening(wrapped(n), new Deadline(60_000))
  for (let n = 0; n < 1_000; n++) await open(n)
  await open(0)
  expect(kms.unwraps).toBe(1_000)
  await open(1_000)
  await open(0)
  expect(kms.unwraps, 'the first one was used again').toBe(1_001)
  await open(1)
  expect(kms.unwraps, 'the second one was the oldest').toBe(1_002)
})

const away = (): Promise<never> => Promise.reject(new Error('away'))
const failures: Record<string, () => Uint8Array | Promise<Uint8Array>> = {
  'never settles': silence,
  throws: () => {
    throw new Error('away')
  },
  rejects: away,
  'returns no bytes': () => 'text' as never,
  'returns a number': () => 7 as never,
  'returns another key': () => new Uint8Array(32),
}

test.each(Object.entries(failures))(
  'a KMS that %s: data is refused within the deadline, and nothing is stored',
  async (_, failure) => {
    const kms = testKms()
    const deadline = failure === silence ? '200ms' : '20s'
    const { tokens, records } = await sealing({ sealing: optionOf(kms), deadline })
    kms.failure = failure
    const before = records.size
    await expect(tokens.issue(DATA)).rejects.toMatchObject({
      ...KEYS_UNAVAILABLE,
      message: expect.stringContaining('kms'),
      cause: expect.any(Error),
    })
    expect(records.size).toBe(before)
    kms.failure = null
    const { accessToken } = await tokens.issue(DATA)
    expect(await tokens.verify(accessToken, { data: true })).toMatchObject({ data: DATA.data })
  },
)

test.each([0, 4_097])('a KMS whose wrapped keys have %i bytes is refused', async (bytes) => {
  let kept = new Uint8Array()
  const wrap = (key: Uint8Array) => {
    kept = Uint8Array.from(key)
    return new Uint8Array(bytes)
  }
  const { tokens } = await sealing({ sealing: { id: 'kms', wrap, unwrap: () => kept } })
  await expect(tokens.issue(DATA)).rejects.toMatchObject({
    ...KEYS_UNAVAILABLE,
    cause: { message: expect.stringContaining('wrap() must return') },
  })
})

test('a KMS that fails delays no login, drops its names, and is not asked again at once', async () => {
  const kms = testKms()
  const { tokens, records } = await sealing({ sealing: optionOf(kms) })
  kms.failure = away
  const { accessToken } = await tokens.issue(ADA)
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
  expect(recordOfKind(records, 'session').body).not.toContain('sealed')
  const asked = kms.wraps
  kms.failure = null
  await tokens.issue(ADA)
  expect(kms.wraps, 'not asked again').toBe(asked)
  passedMs += 10_000
  await tokens.issue({ ...ADA, subject: 'bob' })
  expect((await tokens.sessions({ subject: 'bob' })).items).toMatchObject([{ subject: 'bob' }])
})

test('a KMS that fails keeps no revocation from happening, and its result shows no note', async () => {
  const kms = testKms()
  const { tokens } = await sealing({ sealing: optionOf(kms) })
  const login = await tokens.issue(ADA)
  const one = await tokens.issue({ ...ADA, refresh: false })
  kms.failure = away
  passedMs += HOUR
  const note = { reason: 'lost phone' }
  for (const target of [{ session: login.session }, { jti: one.jti }]) {
    const revoked = await tokens.revoke(target, note)
    expect(revoked).toMatchObject({ revoked: true, first: true })
    expect(revoked).not.toHaveProperty('note')
  }
  expect(await tokens.verify(login.accessToken)).toMatchObject({ reason: 'revoked' })
  expect(await tokens.verify(one.accessToken)).toMatchObject({ reason: 'revoked' })
})

test('without the KMS, verify accepts a token without its data, and data() rejects', async () => {
  const kms = testKms()
  const { tokens, another } = await sealing({ sealing: optionOf(kms) })
  const { accessToken, refreshToken, session } = await tokens.issue(DATA)
  kms.failure = away
  const other = await another({ sealing: optionOf(kms) })
  expect(await other.verify(accessToken, { data: true })).toMatchObject({
    active: true,
    data: null,
  })
  await expect(other.data({ session })).rejects.toMatchObject(KEYS_UNAVAILABLE)
  await expect(other.updateData({ session }, () => ({}))).rejects.toMatchObject(KEYS_UNAVAILABLE)
  expect((await other.sessions({ subject: 'ada' })).items).toMatchObject([{ unreadable: 'kms' }])
  expect(await other.rotate(refreshToken)).toMatchObject({ active: true })
  kms.failure = null
  expect(await other.data({ session })).toMatchObject({ data: DATA.data })
})

test('a wrapped key that the KMS refuses does not count as a failure of the KMS', async () => {
  const kms = testKms()
  const { tokens, records, another } = await sealing({ sealing: optionOf(kms) })
  const { accessToken } = await tokens.issue(DATA)
  const other = await another({ sealing: optionOf(kms) })
  await other.issue(ADA)
  kms.failure = away
  await other.verify(accessToken, { data: true })
  kms.failure = null
  await other.issue({ ...ADA, subject: 'bob' })
  const { items } = await other.sessions({ subject: 'bob' })
  expect(items, 'its names were sealed').toMatchObject([{ subject: 'bob' }])
  expect(records.size).toBeGreaterThan(0)
})

test('an answer after the deadline serves the calls that follow', async () => {
  const late = Promise.withResolvers<void>()
  const kms = testKms()
  const wrap = async (key: Uint8Array) => {
    await late.promise
    return kms.wrap(key, { namespace: 'test' })
  }
  const keys = new DataKeys({ id: 'kms', wrap, unwrap: kms.unwrap }, { namespace: 'test' })
  await expect(keys.sealing(new Deadline(20))).rejects.toMatchObject(KEYS_UNAVAILABLE)
  expect(keys.isFailing).toBe(true)
  late.resolve()
  while (keys.isFailing) await new Promise((resolve) => setImmediate(resolve))
  await keys.sealing(new Deadline(60_000))
  expect(kms.wraps, 'the late answer is used').toBe(1)
})

test('a KMS that changes its arguments and reuses its results changes no key', async () => {
  const kms = testKms()
  const shared = new Uint8Array(32)
  const { tokens } = await sealing({
    sealing: {
      id: 'kms',
      wrap: (key) => {
        shared.set(kms.wrap(key, { namespace: '' }) as Uint8Array)
        key.fill(0)
        return shared
      },
      unwrap: (wrapped) => {
        const key = kms.unwrap(wrapped, { namespace: '' })
        wrapped.fill(0)
        shared.fill(0)
        return key
      },
    },
  })
  const { accessToken } = await tokens.issue(DATA)
  const other = await tokens.issue(DATA)
  for (const token of [accessToken, other.accessToken])
    expect(await tokens.verify(token, { data: true })).toMatchObject({ data: DATA.data })
})

test('close() rejects a call that waits for the KMS', async () => {
  const kms = testKms()
  const { tokens, another } = await sealing({ sealing: optionOf(kms) })
  const { accessToken, session } = await tokens.issue(DATA)
  const other = await another({ sealing: optionOf(kms), deadline: '300s' })
  const reached = Promise.withResolvers<void>()
  kms.failure = () => {
    reached.resolve()
    return silence()
  }
  const calls = [
    other.issue(DATA),
    other.issue(ADA),
    other.data({ session }),
    other.verify(accessToken, { data: true }),
  ]
  const settled = Promise.allSettled(calls)
  await reached.promise
  await other.close()
  for (const each of await settled)
    expect(each).toMatchObject({ status: 'rejected', reason: { code: 'TOKENWARD_CLOSED' } })
})

test('a call that reaches a closed KMS leaves no rejection behind', async () => {
  const keys = new DataKeys(
    { id: 'kms', wrap: () => Promise.reject(new Error('away')), unwrap: silence },
    { namespace: 'test' },
  )
  const closed = Object.assign(new Error('closed'), { code: 'TOKENWARD_CLOSED', retryable: false })
  keys.close(closed)
  // An unhandled rejection fails the run.
  await expect(keys.sealing(new Deadline(60_000))).rejects.toBe(closed)
  await new Promise((resolve) => setImmediate(resolve))
})

test('the header has the wrapped key, of at most 4,096 bytes', async () => {
  const pad = (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.alloc(4_096 - 32)])
  const { tokens, records } = await sealing({
    sealing: { id: 'arn:kms/1', wrap: pad, unwrap: (wrapped) => wrapped.slice(0, 32) },
  })
  const { accessToken } = await tokens.issue(DATA)
  const [header = ''] = sealedOf(recordOfKind(records, 'session')).split('.')
  const { kid, tw_key: wrapped } = JSON.parse(Buffer.from(header, 'base64url').toString())
  expect([kid, Buffer.from(wrapped, 'base64url').length]).toEqual(['arn:kms/1', 4_096])
  expect(await tokens.verify(accessToken, { data: true })).toMatchObject({ data: DATA.data })
})
