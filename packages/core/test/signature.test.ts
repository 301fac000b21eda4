import { generateKeyPairSync } from 'node:crypto'
import type { JWK } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { createTokenward, generateKeys, type SigningKeys, type Tokenward } from '../src/index.ts'
import { staticKeySet, type VerificationKey } from '../src/jwt/key-set.ts'
import { checkSignature } from '../src/jwt/signature.ts'
import { importVerificationKey } from '../src/jwt/verification-key.ts'
import { mapRepository } from './map-repository.ts'
import {
  claimsAt,
  IDP,
  ISSUER,
  outcomeOf,
  publicPart,
  sign,
  testClock,
  trusting,
} from './provider.ts'

let first: SigningKeys[0]
let second: SigningKeys[0]
const clock = testClock()
beforeAll(async () => {
  ;[first] = await generateKeys()
  ;[second] = await generateKeys()
})

const nameless = ({ kid: _, ...key }: JWK): JWK => publicPart(key)
const trustingKeys = (...keys: JWK[]): Promise<Tokenward> =>
  trusting({ clock: clock.read, trustOptions: { jwks: { keys } } })
const garbage = (token: string): string => `${token.slice(0, token.lastIndexOf('.'))}.AAAA`

test('two keys without an id are both tried', async () => {
  await using instance = await trustingKeys(nameless(first), nameless(second))
  for (const { kid: _, ...key } of [first, second]) {
    const signed = await sign(key, claimsAt(clock.now))
    expect(await outcomeOf(instance, signed)).toBe('active')
    expect(await outcomeOf(instance, garbage(signed))).toBe('signature')
  }
})

test('two keys with one id are both tried', async () => {
  await using instance = await trustingKeys(
    { ...publicPart(first), kid: 'same' },
    { ...publicPart(second), kid: 'same' },
  )
  for (const key of [first, second]) {
    const signed = await sign({ ...key, kid: 'same' }, claimsAt(clock.now))
    expect(await outcomeOf(instance, signed)).toBe('active')
    expect(await outcomeOf(instance, garbage(signed))).toBe('signature')
  }
})

test('a token without a key id is tried with each key', async () => {
  const { kid: _, ...key } = first
  await using instance = await trustingKeys(publicPart(second), publicPart(first))
  expect(await outcomeOf(instance, await sign(key, claimsAt(clock.now)))).toBe('active')
  await using own = await createTokenward({
    issuer: ISSUER,
    keys: [second, first],
    repository: mapRepository(),
    clock: clock.read,
  })
  const claims = claimsAt(clock.now + 60_000, { iss: ISSUER, exp: clock.now / 1000 + 600 })
  clock.now += 60_000
  const legacy = await sign(key, claims)
  expect(await own.save(legacy)).toMatchObject({ saved: true })
  expect(await outcomeOf(own, legacy)).toBe('active')
})

test('an unusable key does not prevent the use of another', async () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
  const large = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwks = [small, large.publicKey].map((key) => key.export({ format: 'jwk' }))
  const instance = await trusting({
    clock: clock.read,
    trustOptions: { jwks: new URL(`${IDP}/jwks`) },
    fetch: (async () => Response.json({ keys: jwks })) as typeof fetch,
  })
  const key = { ...large.privateKey.export({ format: 'jwk' }), alg: 'RS256' } as JWK
  const token = await sign(key, claimsAt(clock.now))
  expect(await outcomeOf(instance, token)).toBe('active')
  expect(await outcomeOf(instance, garbage(token))).toBe('signature')
  await instance.close()
})

test('an error of one key does not refuse the token', async () => {
  const token = await sign(first, claimsAt(clock.now))
  const sound = await importVerificationKey(publicPart(first))
  if ('why' in sound) throw new Error(sound.why)
  const broken = { ...sound, import: () => Promise.reject(new TypeError('no key')) }
  const other = { ...sound, import: async () => new Uint8Array(1) }
  const check = (...keys: VerificationKey[]) =>
    checkSignature({ token, alg: 'ES256', kid: undefined }, staticKeySet(keys), ['ES256'], 0)
  expect(await check(broken, other, sound)).toBeNull()
  expect(await check(broken, other)).toBe('untrusted')
})

test.each(['A', 'AAAAA', ''])('a token with the signature %j is refused', async (signature) => {
  await using instance = await trustingKeys(publicPart(first))
  const token = await sign(first, claimsAt(clock.now))
  const outcome = await outcomeOf(
    instance,
    `${token.slice(0, token.lastIndexOf('.'))}.${signature}`,
  )
  expect(['malformed', 'signature']).toContain(outcome)
})
