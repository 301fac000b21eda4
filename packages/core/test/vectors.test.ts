import { generateKeyPairSync } from 'node:crypto'
import type { JWK } from 'jose'
import { expect, test } from 'vitest'
import { generateKeys } from '../src/index.ts'
import { publicPart, sign } from './provider.ts'
import { countOf, tryVectors, type VectorResult } from './vectors/wycheproof.ts'

// The kinds of mistakes in Wycheproof's vectors, with other keys.
const secret = Buffer.alloc(32, 7)
const oct: JWK = { kty: 'oct', alg: 'HS256', use: 'sig', k: secret.toString('base64url') }

async function outcomesOf(jwks: JWK | { keys: JWK[] }, ...signatures: unknown[]) {
  const tests = signatures.map((jws, tcId) => ({
    tcId,
    jws,
    comment: '',
    result: 'valid' as const,
  }))
  const file = { testGroups: [{ private: jwks as JWK, tests }] }
  expect(countOf(file)).toBe(signatures.length)
  const outcomes: VectorResult['refusal'][] = []
  for await (const { refusal } of tryVectors(file)) outcomes.push(refusal)
  return outcomes
}

/** The same token with the unused bits of its payload's last character set. */
function withUnusedBits(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet[alphabet.indexOf(payload.at(-1) ?? '') + 1]
  return `${header}.${payload.slice(0, -1)}${last}.${signature}`
}

test('a valid signature is accepted, and a changed one is refused', async () => {
  const [key] = await generateKeys()
  const good = await sign(key, 'foo!')
  const [header, payload, signature = ''] = good.split('.')
  const outcomes = await outcomesOf(
    publicPart(key),
    good,
    `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
    `${header}.${payload}.`,
    `${header}.${payload}`,
    `${header}.${payload}?.${signature}`,
    `${header}..${signature}`,
    { payload, signature },
  )
  const others = ['malformed', 'malformed', 'malformed', 'malformed']
  expect(outcomes).toEqual([null, 'signature', 'signature', ...others])
})

test('a secret verifies HS256, and a payload with unused bits is malformed', async () => {
  const { kid: _, ...named } = { ...oct, kid: 'a' }
  const good = await sign(secret, 'Test')
  expect(await outcomesOf(named, good, withUnusedBits(good))).toEqual([null, 'malformed'])
  const signedLoose = withUnusedBits(await sign(secret, 'Test'))
  const input = signedLoose.slice(0, signedLoose.lastIndexOf('.'))
  const { createHmac } = await import('node:crypto')
  const mac = createHmac('sha256', secret).update(input).digest('base64url')
  expect(await outcomesOf(oct, `${input}.${mac}`)).toEqual(['malformed'])
})

test.each([
  ['a short secret', { ...oct, k: 'AAAA' }],
  ['a secret of another algorithm', { ...oct, alg: 'A256GCM' }],
  ['a secret for another use', { ...oct, use: 'enc' }],
  ['an RSA key of 1024 bits', rsaOf(1024)],
  ['an RSA key with e = 1', { ...rsaOf(2048), e: 'AQ' }],
  ['a key for encryption', { ...rsaOf(2048), use: 'enc' }],
  ['a key of an algorithm that does not exist', { ...rsaOf(2048), alg: 'RS224' }],
])('%s verifies nothing', async (_, jwk) => {
  expect(await outcomesOf(jwk as JWK, await sign(secret, 'Test'))).toEqual(['keys'])
})

test('a set of secrets and public keys verifies nothing', async () => {
  const [key] = await generateKeys()
  const good = await sign(key, 'Test')
  expect(await outcomesOf({ keys: [publicPart(key)] }, good)).toEqual([null])
  expect(await outcomesOf({ keys: [oct, publicPart(key)] }, good)).toEqual(['keys'])
})

function rsaOf(modulusLength: number): JWK {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength })
  return { ...publicKey.export({ format: 'jwk' }), alg: 'RS256' } as JWK
}
