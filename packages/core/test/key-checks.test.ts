import { checkPrimeSync, generateKeyPairSync, generatePrimeSync, randomBytes } from 'node:crypto'
import type { JWK } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { createTokenward, generateKeys, trust } from '../src/index.ts'
import { importVerificationKey } from '../src/jwt/verification-key.ts'
import { weaknessOf } from '../src/jwt/weak-keys.ts'
import { mapRepository } from './map-repository.ts'
import {
  claimsAt,
  createProvider,
  ISSUER,
  outcomeOf,
  publicPart,
  sign,
  testClock,
  trusting,
} from './provider.ts'

const encode = (value: bigint): string => {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
}

const rsaOf = (bits: number, publicExponent?: number): JWK => {
  const { publicKey } = generateKeyPairSync('rsa', {
    modulusLength: bits,
    ...(publicExponent && { publicExponent }),
  })
  return publicKey.export({ format: 'jwk' }) as JWK
}

const rsa = rsaOf(2048)
const points = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000080',
  '0000000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  // Not canonical: the field's prime itself, and one more.
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]

/** A prime as Infineon's library generated them: k·M + 65537^a mod M. */
function rocaPrime(): bigint {
  const odds = Array.from({ length: 84 }, (_, i) => 2n * BigInt(i) + 1n)
  const primes = [2n, ...odds.filter((n) => n > 1n && checkPrimeSync(n))]
  const m = primes.reduce((product, prime) => product * prime, 1n)
  let power = 1n
  for (let i = 0; i < 1 + (randomBytes(1)[0] ?? 0); i++) power = (power * 65_537n) % m
  const start = 3n * 2n ** 1022n + BigInt(`0x${randomBytes(64).toString('hex')}`)
  for (let k = start / m; ; k++) if (checkPrimeSync(k * m + power)) return k * m + power
}

const weak: readonly (readonly [string, JWK])[] = [
  ['RSA with e = 1', { ...rsa, e: 'AQ' }],
  ['RSA with e = 0', { ...rsa, e: 'AA' }],
  ['RSA with an even e', { ...rsa, e: 'AQAA' }],
  ['RSA with e = n', { ...rsa, e: rsa.n ?? '' }],
  ['RSA without e', { kty: 'RSA', n: rsa.n ?? '' }],
  ['RSA with 1024 bits', rsaOf(1024)],
  ['RSA with 2040 bits', rsaOf(2040)],
  [
    'RSA with an even modulus',
    { ...rsa, n: encode(2n * generatePrimeSync(2047, { bigint: true })) },
  ],
  ['RSA of a ROCA library', { ...rsa, n: encode(rocaPrime() * rocaPrime()) }],
  ...points.map((hex, i): [string, JWK] => [
    `Ed25519 of small order, ${i}`,
    { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(hex, 'hex').toString('base64url') },
  ]),
]

const broken: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['a string', 'key'],
  ['a point that is not on its curve', { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' }],
  ['a symmetric key', { kty: 'oct', k: 'c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0' }],
  ['a key id that is not a string', { ...rsa, kid: 7 }],
]

const others: readonly (readonly [string, JWK])[] = [
  ['for encryption', { ...rsa, use: 'enc' }],
  ['for other operations', { ...rsa, key_ops: ['encrypt'] }],
  ['of an unknown type', { kty: 'AKP', alg: 'ML-DSA-44' }],
  ['of an unknown curve', { kty: 'EC', crv: 'secp256k1', x: 'AA', y: 'AA' }],
  ['of a curve of another type', { kty: 'OKP', crv: 'P-256', x: 'AA' }],
  ['for an algorithm that does not fit', { ...rsa, alg: 'ES256' }],
  ['for an algorithm that does not exist', { ...rsa, alg: 'RS224' }],
]

let good: JWK
beforeAll(async () => {
  good = publicPart((await generateKeys())[0])
})

describe.each([...weak, ...broken])('%s', (_, jwk) => {
  test('is refused among the keys of an instance', async () => {
    const { kty, crv } = Object(jwk) as JWK
    const bad = kty === undefined ? jwk : { kid: 'a', alg: algOf(kty, crv), ...(jwk as JWK) }
    const made = createTokenward({
      issuer: ISSUER,
      keys: [good, bad] as never,
      repository: mapRepository(),
    })
    await expect(made).rejects.toMatchObject({
      code: 'TOKENWARD_INVALID_INPUT',
      path: expect.stringMatching(/^keys\.1/),
    })
  })

  test('is refused in a key set of the application', async () => {
    const jwks = { keys: [good, jwk] } as { keys: JWK[] }
    const made = createTokenward({
      issuer: ISSUER,
      keys: [good] as never,
      repository: mapRepository(),
      trust: [trust('https://idp.example', { audience: ISSUER, maxLifetime: '1h', jwks })],
    })
    await expect(made).rejects.toMatchObject({
      code: 'TOKENWARD_INVALID_INPUT',
      path: 'trust.0.jwks.keys.1',
    })
  })

  test('is skipped in a fetched key set', async () => {
    const provider = await createProvider()
    const clock = testClock()
    provider.jwks.keys.unshift(jwk)
    await using instance = await trusting({ fetch: provider.fetch, clock: clock.read })
    expect(await outcomeOf(instance, await sign(provider.key, claimsAt(clock.now)))).toBe('active')
    expect((await instance.health()).issuers[1]).toMatchObject({
      keys: 1,
      skipped: [expect.stringMatching(/^keys\.0 /)],
    })
  })
})

test.each(others)('a key %s is left out of every key set', async (_, jwk) => {
  expect(await importVerificationKey(jwk)).toMatchObject({ faulty: false })
  const jwks = { keys: [jwk] }
  const provider = await createProvider()
  await expect(trusting({ fetch: provider.fetch, trustOptions: { jwks } })).rejects.toMatchObject({
    path: 'trust.0.jwks.keys',
  })
})

test('a signature by a key with e = 1 is not accepted', async () => {
  const provider = await createProvider()
  const clock = testClock()
  const jwk = { ...rsa, e: 'AQ', kid: 'weak', alg: 'RS256' }
  provider.jwks.keys.push(jwk)
  await using instance = await trusting({ fetch: provider.fetch, clock: clock.read })
  const [header, payload] = [{ alg: 'RS256', kid: 'weak', typ: 'at+jwt' }, claimsAt(clock.now)].map(
    (part) => Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  const digest = new Uint8Array(
    await crypto.subtle.digest('SHA-256', Buffer.from(`${header}.${payload}`)),
  )
  // PKCS #1 v1.5 padding; to the power of 1 it is its own signature.
  const prefix = '3031300d060960864801650304020105000420'
  const hash = prefix + Buffer.from(digest).toString('hex')
  const padded = `0001${'ff'.repeat(256 - 3 - hash.length / 2)}00${hash}`
  const signature = Buffer.from(padded, 'hex').toString('base64url')
  expect(await outcomeOf(instance, `${header}.${payload}.${signature}`)).toBe('untrusted')
})

test.each(['AQAB', 'Aw', 'EQ', encode(2n ** 40n + 1n)])('RSA with e = %s has no weakness', (e) => {
  expect(weaknessOf({ ...rsa, e })).toBeNull()
})

test('an instance signs only with e = 65,537', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'a', alg: 'RS256' } as never
  const made = createTokenward({ issuer: ISSUER, keys: [jwk], repository: mapRepository() })
  await expect(made).rejects.toMatchObject({ path: 'keys.0.e' })
})

test('random keys have no ROCA fingerprint', () => {
  for (let i = 0; i < 5; i++) expect(weaknessOf(rsaOf(2048))).toBeNull()
})

test('jwks() publishes only the public members', async () => {
  const [key] = await generateKeys('RS256')
  const secret = { ...key, priv: 'a', x5u: 'b', note: 'c', key_ops: ['sign'], ext: true } as never
  await using instance = await createTokenward({
    issuer: ISSUER,
    keys: [secret],
    repository: mapRepository(),
  })
  const [published] = instance.jwks().keys
  expect(Object.keys(published ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
})

function algOf(kty?: string, crv?: string): string {
  if (kty === 'RSA') return 'RS256'
  return crv === 'Ed25519' ? 'EdDSA' : 'ES256'
}
