import { CompactSign, type CryptoKey, exportSPKI, importJWK, type JWK } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTokenward, generateKeys, type SigningKeys, type Tokenward } from '../src/index.ts'
import { mapRepository } from './map-repository.ts'

const issuer = 'https://issuer.example'
let keys: SigningKeys
let instance: Tokenward
let good: string

beforeAll(async () => {
  keys = await generateKeys('RS256')
  instance = await createTokenward({ issuer, keys, repository: mapRepository() })
  good = (await instance.issue({ subject: 's', client: 'c', refresh: false })).accessToken
})
afterAll(() => instance.close())

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

function parts(): [header: string, payload: string, signature: string] {
  return good.split('.') as [string, string, string]
}

/** The good token with another header; its signature does not fit any more. */
function withHeader(header: object | string): string {
  const [, payload, signature] = parts()
  return [encode(header), payload, signature].join('.')
}

async function signed(payload: string, header: object = {}): Promise<string> {
  const [{ kid = '' }] = keys
  const sign = new CompactSign(Buffer.from(payload))
  sign.setProtectedHeader({ alg: 'RS256', kid, typ: 'at+jwt', ...header })
  return sign.sign(await importJWK(keys[0], 'RS256'))
}

const reasonOf = async (token: unknown) => {
  const result = await instance.verify(token as string)
  return result.active ? 'active' : result.reason
}

test('the token that the others are made from is active', async () => {
  expect(await reasonOf(good)).toBe('active')
})

test.each([
  ['an empty string', ''],
  ['undefined', undefined],
  ['an object', { token: 'a.b.c' }],
  ['two parts', 'a.b'],
  ['a JWE', 'a.b.c.d.e'],
  ['not base64url', 'a+b.c/d.e='],
  ['1 MB', 'a'.repeat(1_048_576)],
  ['1 MB in three parts', `a.${'a'.repeat(1_048_576)}.a`],
  ['a header that is not JSON', `${encode('{')}.${encode('{}')}.a`],
  ['a header that is a list', `${encode([])}.${encode({})}.a`],
  ['a payload that is null', `${encode({ alg: 'RS256' })}.${encode('null')}.a`],
  ['deep nesting that never closes', `${encode({ alg: 'RS256' })}.${encode('['.repeat(9000))}.a`],
])('%s is malformed', async (_, token) => {
  expect(await reasonOf(token)).toBe('malformed')
})

test.each([
  ['no algorithm', {}],
  ['an algorithm that is not a string', { alg: 1 }],
  ['alg none', { alg: 'none' }],
  ['another algorithm of the same key', { alg: 'PS256' }],
  ['an unknown key', { alg: 'RS256', kid: 'other' }],
  ['a key id that is not a string', { alg: 'RS256', kid: {} }],
  ['jwk', { alg: 'RS256', jwk: {} }],
  ['jku', { alg: 'RS256', jku: 'https://evil.example' }],
  ['x5u', { alg: 'RS256', x5u: 'https://evil.example' }],
  ['crit', { alg: 'RS256', crit: ['b64'] }],
  ['b64', { alg: 'RS256', b64: false }],
])('a token with %s is untrusted', async (_, header) => {
  expect(await reasonOf(withHeader({ kid: keys[0].kid, typ: 'at+jwt', ...header }))).toBe(
    'untrusted',
  )
})

test('alg none without a signature is untrusted', async () => {
  expect(await reasonOf(`${encode({ alg: 'none' })}.${parts()[1]}.`)).toBe('untrusted')
})

test('HS256 with the RSA public key as its secret is untrusted', async () => {
  const { n = '', e = '' } = keys[0]
  const publicKey = await importJWK({ kty: 'RSA', n, e } satisfies JWK, 'RS256')
  const secret = Buffer.from(await exportSPKI(publicKey as CryptoKey))
  const forge = new CompactSign(Buffer.from(parts()[1], 'base64url'))
  forge.setProtectedHeader({ alg: 'HS256', kid: keys[0].kid ?? '', typ: 'at+jwt' })
  expect(await reasonOf(await forge.sign(secret))).toBe('untrusted')
})

test('a validly signed token of an unknown issuer is untrusted', async () => {
  expect(await reasonOf(await signed('{"iss":"https://evil.example"}'))).toBe('untrusted')
})

test('a changed payload has a wrong signature', async () => {
  const [header, payload, signature] = parts()
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const changed = encode({ ...claims, sub: 'root' })
  expect(await reasonOf([header, changed, signature].join('.'))).toBe('signature')
})

test('validly signed claims of a wrong type are refused', async () => {
  expect(await reasonOf(await signed(JSON.stringify({ iss: issuer, exp: 'soon' })))).toBe(
    'invalid-claims',
  )
})

test('validly signed claims that are nested deeply are verified like others', async () => {
  let clock = Date.now()
  await using later = await createTokenward({
    issuer,
    keys,
    repository: mapRepository(),
    clock: () => clock,
  })
  // A new store refuses tokens that were issued before its root record.
  clock += 60_000
  const iat = Math.floor(clock / 1000)
  const base = JSON.stringify({ iss: issuer, aud: issuer, jti: 'a', iat, exp: iat + 60 })
  const deep = `${base.slice(0, -1)},"deep":${'['.repeat(4000)}${']'.repeat(4000)}}`
  const token = await signed(deep)
  expect(await later.verify(token)).toMatchObject({ active: false, reason: 'not-found' })
})
