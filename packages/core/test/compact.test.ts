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

/** The good token under another header; its signature no longer fits. */
function under(header: object | string): string {
  const [, payload, signature] = parts()
  return [encode(header), payload, signature].join('.')
}

async function signed(payload: string, header: object = {}): Promise<string> {
  const [{ kid = '' }] = keys
  const sign = new CompactSign(Buffer.from(payload))
  sign.setProtectedHeader({ alg: 'RS256', kid, typ: 'at+jwt', ...header })
  return sign.sign(await importJWK(keys[0], 'RS256'))
}

const refusal = async (token: unknown) => {
  const verdict = await instance.verify(token as string)
  return verdict.active ? 'active' : verdict.reason
}

test('the token that the others are made from is good', async () => {
  expect(await refusal(good)).toBe('active')
})

test.each([
  ['nothing', ''],
  ['no string', undefined],
  ['an object', { token: 'a.b.c' }],
  ['two parts', 'a.b'],
  ['a JWE', 'a.b.c.d.e'],
  ['not base64url', 'a+b.c/d.e='],
  ['1 MB', 'a'.repeat(1_048_576)],
  ['1 MB in three parts', `a.${'a'.repeat(1_048_576)}.a`],
  ['headers that are no JSON', `${encode('{')}.${encode('{}')}.a`],
  ['headers that are a list', `${encode([])}.${encode({})}.a`],
  ['a payload that is null', `${encode({ alg: 'RS256' })}.${encode('null')}.a`],
  ['deep nesting that never closes', `${encode({ alg: 'RS256' })}.${encode('['.repeat(9000))}.a`],
])('malformed: %s', async (_, token) => {
  expect(await refusal(token)).toBe('malformed')
})

test.each([
  ['no algorithm', {}],
  ['an algorithm that is no string', { alg: 1 }],
  ['alg none', { alg: 'none' }],
  ['another algorithm of the same key', { alg: 'PS256' }],
  ['an unknown key', { alg: 'RS256', kid: 'other' }],
  ['a key id that is no string', { alg: 'RS256', kid: {} }],
  ['jwk', { alg: 'RS256', jwk: {} }],
  ['jku', { alg: 'RS256', jku: 'https://evil.example' }],
  ['x5u', { alg: 'RS256', x5u: 'https://evil.example' }],
  ['crit', { alg: 'RS256', crit: ['b64'] }],
  ['b64', { alg: 'RS256', b64: false }],
])('untrusted: %s', async (_, header) => {
  expect(await refusal(under({ kid: keys[0].kid, typ: 'at+jwt', ...header }))).toBe('untrusted')
})

test('alg none without a signature is untrusted', async () => {
  expect(await refusal(`${encode({ alg: 'none' })}.${parts()[1]}.`)).toBe('untrusted')
})

test('HS256 with the RSA public key as its secret is untrusted', async () => {
  const { n = '', e = '' } = keys[0]
  const publicKey = await importJWK({ kty: 'RSA', n, e } satisfies JWK, 'RS256')
  const secret = Buffer.from(await exportSPKI(publicKey as CryptoKey))
  const forge = new CompactSign(Buffer.from(parts()[1], 'base64url'))
  forge.setProtectedHeader({ alg: 'HS256', kid: keys[0].kid ?? '', typ: 'at+jwt' })
  expect(await refusal(await forge.sign(secret))).toBe('untrusted')
})

test('an issuer nobody trusts is untrusted, however well it signs', async () => {
  expect(await refusal(await signed('{"iss":"https://evil.example"}'))).toBe('untrusted')
})

test('a changed payload has a bad signature', async () => {
  const [header, payload, signature] = parts()
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const changed = encode({ ...claims, sub: 'root' })
  expect(await refusal([header, changed, signature].join('.'))).toBe('signature')
})

test('claims of a wrong type are refused although they are well signed', async () => {
  expect(await refusal(await signed(JSON.stringify({ iss: issuer, exp: 'soon' })))).toBe(
    'invalid-claims',
  )
})

test('deep nesting in well signed claims is answered like any other token', async () => {
  let clock = Date.now()
  await using later = await createTokenward({
    issuer,
    keys,
    repository: mapRepository(),
    clock: () => clock,
  })
  // A fresh store refuses what was issued before it was made.
  clock += 60_000
  const iat = Math.floor(clock / 1000)
  const base = JSON.stringify({ iss: issuer, aud: issuer, jti: 'a', iat, exp: iat + 60 })
  const deep = `${base.slice(0, -1)},"deep":${'['.repeat(4000)}${']'.repeat(4000)}}`
  const token = await signed(deep)
  expect(await later.verify(token)).toMatchObject({ active: false, reason: 'not-found' })
})
