import { decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createTokenward, generateKeys, prepare, type Tokenward } from '../src/index.ts'
import { ADA, DAY, instance, MINUTE } from './instance.ts'
import { mapRepository } from './map-repository.ts'
import { claimsAt, ISSUER, outcomeOf, publicPart, sign, testClock } from './provider.ts'

const KEYS = 'TOKENWARD_KEYS_UNAVAILABLE'
const [a] = await generateKeys()
const [b] = await generateKeys()

/** What `keys` does now. */
let source: () => unknown
let calls = 0
let passedMs = 0
const keys = (): never => {
  calls++
  return source() as never
}
beforeEach(() => {
  source = () => [a]
  calls = 0
  passedMs = 0
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + passedMs)
})
afterEach(() => void vi.restoreAllMocks())

async function changing(options: Parameters<typeof instance>[0] = {}) {
  const made = await instance({ keys, lifetimes: { access: '1d' }, ...options })
  const pass = (ms: number): void => {
    made.clock.now += ms
    passedMs += ms
  }
  const signedBy = async (): Promise<unknown> =>
    decodeProtectedHeader((await made.tokens.issue(ADA)).accessToken).kid
  return { ...made, pass, signedBy }
}

const kidsOf = (tokens: Tokenward): unknown => tokens.jwks().keys.map(({ kid }) => kid)
const forged = (kid: string): Promise<string> => sign({ ...b, kid }, claimsAt(0, { iss: ISSUER }))

describe('keys of a function', () => {
  test('are announced, sign and retire without a restart', async () => {
    const { tokens, pass, signedBy } = await changing()
    const { accessToken } = await tokens.issue(ADA)
    expect(await outcomeOf(tokens, accessToken)).toBe('active')
    source = () => [a, b]
    pass(11 * MINUTE)
    expect(await signedBy()).toBe(a.kid)
    expect(kidsOf(tokens)).toEqual([a.kid, b.kid])
    source = () => [b, a]
    pass(15 * MINUTE)
    expect(await signedBy()).toBe(b.kid)
    expect(await outcomeOf(tokens, accessToken)).toBe('active')
    source = () => [b]
    pass(11 * MINUTE)
    expect(await outcomeOf(tokens, accessToken)).toBe('untrusted')
    expect(kidsOf(tokens)).toEqual([b.kid])
  })

  test('that were removed do not verify from the signature cache', async () => {
    const { tokens, pass } = await changing()
    const { accessToken } = await tokens.issue(ADA)
    expect(await outcomeOf(tokens, accessToken)).toBe('active')
    source = () => [b]
    pass(6 * MINUTE)
    // Loaded in the background, so the older keys are used until then.
    while (tokens.jwks().keys[0]?.kid !== b.kid) await new Promise(setImmediate)
    await new Promise(setImmediate)
    expect(await outcomeOf(tokens, accessToken)).toBe('untrusted')
  })

  test('are published for 15 minutes before they sign', async () => {
    const { tokens, clock, pass, signedBy } = await changing()
    source = () => [b, a]
    pass(11 * MINUTE)
    expect(await signedBy()).toBe(a.kid)
    expect(kidsOf(tokens)).toEqual([b.kid, a.kid])
    const [announced, signs] = (await tokens.health()).signingKeys
    expect(announced).toMatchObject({ kid: b.kid, status: 'announced' })
    expect(signs).toEqual({ kid: a.kid, alg: 'ES256', status: 'signs' })
    expect(Math.abs((announced?.signsFrom ?? 0) - clock.now - 15 * MINUTE)).toBeLessThan(MINUTE)
    pass(14 * MINUTE)
    expect(await signedBy()).toBe(a.kid)
    pass(MINUTE)
    expect(await signedBy()).toBe(b.kid)
  })

  test('sign at once where all others were removed', async () => {
    const { pass, signedBy } = await changing()
    source = () => [b]
    pass(11 * MINUTE)
    expect(await signedBy()).toBe(b.kid)
  })

  test('are new keys where the material of a kid has changed', async () => {
    const [c] = await generateKeys()
    source = () => [a, b]
    const { pass, signedBy } = await changing()
    source = () => [{ ...c, kid: b.kid }, a]
    pass(11 * MINUTE)
    expect(await signedBy()).toBe(a.kid)
    pass(15 * MINUTE)
    expect(await signedBy()).toBe(b.kid)
  })

  test('are asked for again for the token of a process that had a new key first', async () => {
    const records = new Map()
    const first = await changing({ repository: mapRepository(records) })
    source = () => [b, a]
    const second = await changing({ repository: mapRepository(records) })
    expect(await second.signedBy()).toBe(b.kid)
    const { accessToken } = await second.tokens.issue(ADA)
    expect(calls).toBe(2)
    expect(await outcomeOf(first.tokens, accessToken)).toBe('active')
    expect(calls).toBe(3)
    expect(kidsOf(first.tokens)).toEqual([b.kid, a.kid])
  })

  test('with an unknown kid are looked up once in 30 seconds', async () => {
    const { tokens, pass } = await changing()
    expect(await outcomeOf(tokens, await forged('c'))).toBe('untrusted')
    expect(calls).toBe(2)
    expect(await outcomeOf(tokens, await forged('c'))).toBe('untrusted')
    expect(calls).toBe(2)
    pass(31_000)
    expect(await outcomeOf(tokens, await forged('c'))).toBe('untrusted')
    expect(calls).toBe(3)
  })

  test('with an unknown kid are unavailable while the function fails', async () => {
    const { tokens } = await changing()
    source = () => Promise.reject(new Error('away'))
    expect(await outcomeOf(tokens, await forged('c'))).toBe(KEYS)
  })

  test('are public keys in a process that only verifies', async () => {
    const { tokens } = await changing({ keys: () => [publicPart(a)] })
    await expect(tokens.issue(ADA)).rejects.toMatchObject({
      code: 'TOKENWARD_UNSUPPORTED_OPERATION',
    })
    expect((await tokens.health()).signingKeys).toEqual([
      { kid: a.kid, alg: 'ES256', status: 'verifies' },
    ])
  })
})

const failures: Record<string, () => unknown> = {
  throws: () => {
    throw new Error('away')
  },
  rejects: () => Promise.reject(new Error('away')),
  'never settles': () => new Promise(() => {}),
  'returns nothing': () => undefined,
  'returns a text': () => 'keys',
  'returns an empty list': () => [],
  'returns a JWK set': () => ({ keys: [a] }),
  'returns a list without keys': () => [null],
  'returns a weak key': () => [a, { ...a, kid: 'weak', x: 'AAAA' }],
  'returns one kid twice': () => [a, { ...b, kid: a.kid }],
  'returns halves of two pairs': () => [{ ...a, d: b.d }],
  'returns a list that throws': () =>
    new Proxy([], {
      get: () => {
        throw new Error('away')
      },
    }),
}

describe.each(Object.entries(failures))('a function that %s', (name, failure) => {
  beforeEach(() => {
    const timeout = AbortSignal.timeout.bind(AbortSignal)
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(5))
  })

  test('leaves the last keys in use for a day', async () => {
    const { tokens, pass } = await changing()
    const { accessToken, refreshToken } = await tokens.issue(ADA)
    source = failure
    pass(11 * MINUTE)
    expect(await outcomeOf(tokens, accessToken)).toBe('active')
    await tokens.issue(ADA)
    expect(kidsOf(tokens)).toEqual([a.kid])
    source = () => [b, a]
    pass(5_000)
    await tokens.issue(ADA)
    await vi.waitFor(() => {
      expect(kidsOf(tokens)).toEqual([b.kid, a.kid])
    })
    source = failure
    pass(DAY + 1)
    for (const call of [() => tokens.issue(ADA), () => tokens.rotate(refreshToken)])
      await expect(call()).rejects.toMatchObject({ code: KEYS })
    const health = await tokens.health()
    expect(health).toMatchObject({ ok: false, issuers: [{ ok: false, error: { code: KEYS } }] })
    source = () => [b, a]
    pass(5_000)
    expect(await tokens.rotate(refreshToken)).toMatchObject({ active: true, retried: false })
  })

  test('keeps an instance from being created', async () => {
    source = failure
    const code =
      name.startsWith('returns') && !name.endsWith('throws') ? 'TOKENWARD_INVALID_INPUT' : KEYS
    await expect(changing()).rejects.toMatchObject({ code })
  })
})

describe('a key may be removed', () => {
  const OVERLAP = DAY + 15 * MINUTE + 5_000

  test('when tokens of 30 days, signed by the process that follows last, have expired', async () => {
    const { tokens, clock, pass, signedBy } = await changing()
    source = () => [a, b]
    pass(11 * MINUTE)
    await signedBy()
    source = () => [b, a]
    pass(16 * MINUTE)
    const lastSigned = clock.now
    await signedBy()
    pass(DAY)
    const { signingKeys } = await tokens.health()
    expect(signingKeys[1]).toEqual({
      kid: a.kid,
      alg: 'ES256',
      status: 'verifies',
      removableAt: lastSigned + OVERLAP + 30 * DAY,
    })
  })

  test('when tokens of a longer lifetime, which the store still allows, have expired', async () => {
    const clock = testClock()
    const options = {
      issuer: ISSUER,
      keys: [a, b],
      repository: mapRepository(),
      clock: clock.read,
    } as const
    await prepare({ ...options, lifetimes: { refresh: '60d' } })
    await using tokens = await createTokenward(options)
    const { signingKeys } = await tokens.health()
    expect(signingKeys[1]?.removableAt).toBe(clock.now + OVERLAP + 60 * DAY)
  })
})
