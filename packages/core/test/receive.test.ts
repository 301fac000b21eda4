import { beforeAll, describe, expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { createTokenward, generateKeys, type SigningKeys } from '../src/index.ts'
import { listingRepository, mapRepository } from './map-repository.ts'
import { claimsAt, IDP, ISSUER, publicPart, sign, testClock, trusting } from './provider.ts'

let key: SigningKeys[0]
let other: SigningKeys[0]
const clock = testClock()
const NOW = clock.now / 1000
const OPTIONS = { typ: 'logout+jwt', audience: 'client' } as const
const HEADER = { typ: 'logout+jwt' }

beforeAll(async () => {
  ;[key] = await generateKeys()
  ;[other] = await generateKeys()
})

const instance = (repository = mapRepository(), leeway: '0s' | '5s' = '0s') =>
  trusting({
    clock: clock.read,
    repository,
    leeway,
    trustOptions: { jwks: { keys: [publicPart(key)] } },
  })
const message = (claims: object = {}, header: object = HEADER, by = key) =>
  sign(by, claimsAt(clock.now, { aud: 'client', ...claims }), header)

/** A repository of which the test counts reads and writes. */
function counting() {
  const records = new Map<string, StoredRecord>()
  const inner = mapRepository(records)
  const seen = { reads: 0, writes: 0, records }
  const repository = mapRepository(records, {
    read: (keys, signal) => {
      seen.reads++
      return inner.read(keys, signal)
    },
    write: (writes, signal) => {
      seen.writes++
      return inner.write(writes, signal)
    },
  })
  return { seen, repository }
}

test('a message is acted on once', async () => {
  await using tokens = await instance()
  const token = await message({ sid: 's1' })
  const acted: unknown[] = []
  const receive = () => tokens.receive(token, OPTIONS, ({ sid }) => acted.push(sid))
  expect(await receive()).toMatchObject({ received: true, claims: { iss: IDP, sid: 's1' } })
  expect(await receive()).toEqual({ received: false, reason: 'consumed' })
  expect(acted).toEqual(['s1'])
})

test('of concurrent calls with one message exactly one has received it', async () => {
  await using tokens = await instance()
  const token = await message()
  const calls = Array.from({ length: 16 }, () => tokens.receive(token, OPTIONS, async () => {}))
  const received = (await Promise.all(calls)).filter((each) => each.received)
  expect(received).toHaveLength(1)
})

test('a message whose action failed can be sent again', async () => {
  await using tokens = await instance()
  const token = await message()
  const failing = tokens.receive(token, OPTIONS, () => Promise.reject(new Error('down')))
  await expect(failing).rejects.toThrow('down')
  expect(await tokens.receive(token, OPTIONS, () => {})).toMatchObject({ received: true })
})

test('a call whose reply was lost has received the message', async () => {
  const records = new Map<string, StoredRecord>()
  const inner = mapRepository(records)
  let losses = 0
  const repository = mapRepository(records, {
    write: async (writes, signal) => {
      const stored = await inner.write(writes, signal)
      if (losses-- > 0) throw new Error('reset')
      return stored
    },
  })
  await using tokens = await instance(repository)
  losses = 1
  expect(await tokens.receive(await message(), OPTIONS, () => {})).toMatchObject({ received: true })
})

test('the note is kept for as long as the message could be accepted, and names nothing', async () => {
  const { seen, repository } = counting()
  await using tokens = await instance(repository)
  const before = new Set(seen.records.keys())
  await tokens.receive(await message({ exp: undefined }), OPTIONS, () => {})
  const [note] = [...seen.records.values()].filter((each) => !before.has(each.key))
  expect(note).toMatchObject({ kind: 'token', state: 'consumed', groups: [] })
  expect(note?.expiresAt).toBe(clock.now + 7 * 86_400_000)
  expect(note?.retainUntil).toBeGreaterThan(clock.now + 7 * 86_400_000 + 5_000)
  expect(note?.body).not.toContain('idp.example')
})

test('lists show the note as consumed', async () => {
  await using tokens = await instance(listingRepository())
  await tokens.receive(await message(), OPTIONS, () => {})
  const { items } = await tokens.list({ everything: true })
  expect(items).toMatchObject([{ kind: 'token', active: false, reason: 'consumed' }])
})

test('a store that may evict the note is refused', async () => {
  const durable = mapRepository()
  const capabilities = { ...durable.capabilities, durability: 'evicting' } as const
  await using tokens = await createTokenward({
    issuer: ISSUER,
    keys: [key],
    repository: { ...durable, capabilities },
    deadline: '20s',
  })
  const call = tokens.receive(await message(), OPTIONS, () => {})
  await expect(call).rejects.toMatchObject({ code: 'TOKENWARD_UNSUPPORTED_OPERATION' })
})

describe('refused without the store and without the action:', () => {
  const claim = (name: string) => ({ reason: 'invalid-claims', claim: name })
  const cases: readonly [string, () => Promise<unknown>, object][] = [
    ['no token', async () => 'rubbish', { reason: 'malformed' }],
    ['not a string', async () => ({}), { reason: 'malformed' }],
    [
      'a wrong signature',
      () => message({}, { ...HEADER, kid: key.kid }, other),
      { reason: 'signature' },
    ],
    ['an unknown key', () => message({}, HEADER, other), { reason: 'untrusted' }],
    [
      'an unknown issuer',
      () => message({ iss: 'https://evil.example' }),
      { reason: 'untrusted', claim: 'iss' },
    ],
    ['the own issuer', () => message({ iss: ISSUER }), { reason: 'untrusted', claim: 'iss' }],
    ['an access token', () => message({}, { typ: 'at+jwt' }), claim('typ')],
    ['no typ', () => message({}, { typ: undefined }), claim('typ')],
    ['another audience', () => message({ aud: 'other' }), claim('aud')],
    ['no audience', () => message({ aud: undefined }), claim('aud')],
    ['no id', () => message({ jti: undefined }), claim('jti')],
    ['an id that is no string', () => message({ jti: 1 }), claim('jti')],
    ['no issue time', () => message({ iat: undefined }), claim('iat')],
    ['a subject that is no string', () => message({ sub: {} }), claim('sub')],
    ['a message of the future', () => message({ iat: NOW + 60 }), claim('iat')],
    ['a message that is not valid yet', () => message({ nbf: NOW + 60 }), claim('nbf')],
    ['an expired message', () => message({ iat: NOW - 9, exp: NOW }), { reason: 'expired' }],
    ['an old message', () => message({ iat: NOW - 8 * 86_400 }), { reason: 'expired' }],
    [
      'an unsafe name',
      () => message({ events: JSON.parse('{"__proto__":{}}') }),
      claim('__proto__'),
    ],
  ]
  test.for(cases)('%s', async ([, make, expected]) => {
    const { seen, repository } = counting()
    await using tokens = await instance(repository)
    const { reads, writes } = seen
    const acted: unknown[] = []
    const result = await tokens.receive((await make()) as string, OPTIONS, (c) => acted.push(c))
    expect(result).toMatchObject({ received: false, ...expected })
    expect([acted, seen.reads, seen.writes]).toEqual([[], reads, writes])
  })
})

test('typ null accepts any type', async () => {
  await using tokens = await instance()
  const result = await tokens.receive(
    await message({}, { typ: 'JWT' }),
    { ...OPTIONS, typ: null },
    () => {},
  )
  expect(result).toMatchObject({ received: true })
})

test('leeway applies to exp', async () => {
  await using tokens = await instance(mapRepository(), '5s')
  const token = await message({ iat: NOW - 9, exp: NOW - 4 })
  expect(await tokens.receive(token, OPTIONS, () => {})).toMatchObject({ received: true })
})

test('wrong options are refused', async () => {
  await using tokens = await instance()
  const token = await message()
  const refused = { code: 'TOKENWARD_INVALID_INPUT' }
  const wrong = [
    { typ: 1, audience: 'a' },
    { typ: 'a' },
    { ...OPTIONS, maxAge: '90d' },
    { ...OPTIONS, x: 1 },
  ]
  for (const options of wrong)
    await expect(tokens.receive(token, options as never, () => {})).rejects.toMatchObject(refused)
  await expect(tokens.receive(token, OPTIONS, 1 as never)).rejects.toMatchObject(refused)
})

test('the empty store of a wrong address is no store in which nothing was received', async () => {
  const { seen, repository } = counting()
  await using tokens = await instance(repository)
  seen.records.clear()
  const acted: unknown[] = []
  const call = tokens.receive(await message(), OPTIONS, (claims) => acted.push(claims))
  await expect(call).rejects.toMatchObject({ code: 'TOKENWARD_STORE_UNAVAILABLE' })
  expect(acted).toEqual([])
})
