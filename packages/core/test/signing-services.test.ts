import { KeyObject, sign as signByNode } from 'node:crypto'
import { type CryptoKey, decodeJwt, exportJWK, generateKeyPair, importJWK, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { generateKeys, type SigningKey, type SigningService } from '../src/index.ts'
import { ADA, instance } from './instance.ts'
import { mapRepository } from './map-repository.ts'

const KEYS = 'TOKENWARD_KEYS_UNAVAILABLE'
const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'RS256', 'PS256', 'EdDSA']

const pair = await generateKeyPair('ES256', { extractable: true })
const other = await generateKeyPair('ES256', { extractable: true })
const good = (input: Uint8Array): Uint8Array => signWith(pair.privateKey, 'ES256', input)

/** What the service does now. */
let respond: SigningService['sign'] = good
let signs = 0
const service = {
  kid: 'kms-1',
  alg: 'ES256',
  publicKey: pair.publicKey,
  sign: (input: Uint8Array, signal: AbortSignal) => {
    signs++
    return respond(input, signal)
  },
}

function signWith(
  privateKey: CryptoKey,
  alg: string,
  input: Uint8Array,
  dsaEncoding: 'der' | 'ieee-p1363' = 'ieee-p1363',
): Uint8Array {
  const key = KeyObject.from(privateKey as never)
  const hash = alg === 'EdDSA' ? null : `sha${alg.slice(2)}`
  const padding = alg.startsWith('PS') ? { padding: 6, saltLength: 32 } : {}
  return new Uint8Array(signByNode(hash, input, { key, dsaEncoding, ...padding }))
}

async function checkSigned(key: SigningKey): Promise<void> {
  const { tokens, clock } = await instance({ keys: [key] })
  const { accessToken, refreshToken } = await tokens.issue(ADA)
  const [jwk] = tokens.jwks().keys
  expect(jwk).toMatchObject({ kid: key.kid, alg: key.alg })
  expect(jwk).not.toHaveProperty('d')
  const currentDate = new Date(clock.now)
  await jwtVerify(accessToken, await importJWK(jwk ?? {}, key.alg), { currentDate })
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
  expect(await tokens.rotate(refreshToken)).toMatchObject({ active: true })
}

describe.each(ALGORITHMS)('%s', (alg) => {
  test('signs by a key that cannot be extracted', async () => {
    const { privateKey, publicKey } = await generateKeyPair(alg)
    expect(privateKey.extractable).toBe(false)
    await checkSigned({ kid: 'a', alg, privateKey, publicKey })
    await checkSigned({ kid: 'a', alg, privateKey, publicKey: await exportJWK(publicKey) })
  })

  test('signs by a service', async () => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
    const sign = (input: Uint8Array) => signWith(privateKey, alg, input)
    await checkSigned({ kid: 'a', alg, publicKey, sign })
  })
})

test.each(['ES256', 'ES384', 'ES512'])('a service may return %s signatures as DER', async (alg) => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const sign = (input: Uint8Array) => signWith(privateKey, alg, input, 'der')
  const { tokens } = await instance({ keys: [{ kid: 'a', alg, publicKey, sign }] })
  // Integers of all lengths: one in 256 is shorter by a byte or more.
  for (let n = 0; n < 200; n++) await tokens.issue({ ...ADA, refresh: false })
})

const [jwk] = await generateKeys()
const pairOf = (more: object): object => ({ kid: 'a', alg: 'ES256', ...pair, ...more })
test.each<[string, object, string]>([
  ['a public key as private key', pairOf({ privateKey: pair.publicKey }), 'keys.0.privateKey'],
  ['no private key', pairOf({ privateKey: null }), 'keys.0.privateKey'],
  ['the public key of another pair', pairOf({ publicKey: other.publicKey }), 'keys.0'],
  ['no public key', pairOf({ publicKey: undefined }), 'keys.0.publicKey'],
  ['a private key as public key', pairOf({ publicKey: pair.privateKey }), 'keys.0.publicKey'],
  ['another algorithm', pairOf({ alg: 'RS256' }), 'keys.0.alg'],
  ['no kid', pairOf({ kid: undefined }), 'keys.0.kid'],
  ['a service without a function', { ...service, sign: 'kms' }, 'keys.0.sign'],
  ['a JWK with the private part of another', { ...jwk, x: 'a' }, 'keys.0'],
])('%s is refused', async (_, key, path) => {
  await expect(instance({ keys: [key as never] })).rejects.toMatchObject({
    code: 'TOKENWARD_INVALID_INPUT',
    path,
  })
})

const changed = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte, i) => (i === 70 ? byte ^ 1 : byte))
const failures: Record<string, SigningService['sign']> = {
  throws: () => {
    throw new Error('away')
  },
  rejects: () => Promise.reject(new Error('away')),
  'never settles': () => new Promise(() => {}),
  'returns nothing': () => undefined as never,
  'returns a text': () => 'signature' as never,
  'returns an ArrayBuffer': (input) => good(input).buffer as never,
  'returns too few bytes': (input) => good(input).subarray(1),
  'returns too many bytes': (input) => new Uint8Array([...good(input), 0]),
  'returns no bytes': () => new Uint8Array(),
  'returns a cut DER': (input) => signWith(pair.privateKey, 'ES256', input, 'der').subarray(0, 40),
  'returns DER without integers': () => new Uint8Array([0x30, 3, 1, 1, 0]),
  'returns DER with a long integer': () => new Uint8Array([0x30, 44, 2, 42, ...Array(42).fill(1)]),
  'signs with another key': (input) => signWith(other.privateKey, 'ES256', input),
  'signs with another hash': (input) => signWith(pair.privateKey, 'ES384', input),
  'signs something else': (input) => good(changed(input)),
}

describe.each(Object.entries(failures))('a service that %s', (name, failure) => {
  test('fails before anything is stored', async () => {
    respond = good
    const records = new Map()
    const open = (deadline: '50ms' | '20s') =>
      instance({ keys: [service], repository: mapRepository(records), deadline })
    const { tokens } = await open('20s')
    const failing = (await open(name === 'never settles' ? '50ms' : '20s')).tokens
    const { refreshToken } = await tokens.issue(ADA)
    const stored = new Map(records)
    respond = failure
    await expect(failing.issue(ADA)).rejects.toMatchObject({ code: KEYS, retryable: true })
    await expect(failing.rotate(refreshToken)).rejects.toMatchObject({ code: KEYS })
    expect(records).toEqual(stored)
    respond = good
    expect(await tokens.rotate(refreshToken)).toMatchObject({ active: true, retried: false })
  })
})

test('the signal of a service is aborted at the deadline', async () => {
  let seen: AbortSignal | undefined
  respond = (_, signal) => {
    seen = signal
    return new Promise(() => {})
  }
  const { tokens } = await instance({ keys: [service], deadline: '20ms' })
  await expect(tokens.issue({ ...ADA, refresh: false })).rejects.toMatchObject({ code: KEYS })
  expect(seen?.aborted).toBe(true)
})

test('close() ends the calls that wait for a service', async () => {
  const { tokens } = await instance({ keys: [service] })
  const asked = Promise.withResolvers<void>()
  respond = () => {
    asked.resolve()
    return new Promise(() => {})
  }
  const waiting = tokens.issue(ADA)
  const refused = expect(waiting).rejects.toMatchObject({ code: 'TOKENWARD_CLOSED' })
  await asked.promise
  await tokens.close()
  await refused
})

test('a service that changes its input changes no token', async () => {
  respond = (input) => {
    const signature = good(input)
    input.fill(0)
    return signature
  }
  const { tokens } = await instance({ keys: [service] })
  const { accessToken } = await tokens.issue(ADA)
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
})

test('a retry gets the same refresh token with another signature', async () => {
  respond = good
  const { tokens } = await instance({ keys: [service] })
  const { refreshToken } = await tokens.issue(ADA)
  const [first, again] = [await tokens.rotate(refreshToken), await tokens.rotate(refreshToken)]
  if (!first.active || !again.active) throw new Error('A rotation was refused.')
  expect([first.retried, again.retried]).toEqual([false, true])
  expect(decodeJwt(again.refreshToken)).toEqual(decodeJwt(first.refreshToken))
  expect(await tokens.rotate(first.refreshToken)).toMatchObject({ active: true, retried: false })
  expect(await tokens.rotate(again.refreshToken)).toMatchObject({ active: true, retried: true })
})

test('a rotation whose reply was lost hands out what it has signed before', async () => {
  respond = good
  const repository = mapRepository()
  const { write } = repository
  const { tokens } = await instance({ keys: [service], repository })
  const { refreshToken } = await tokens.issue(ADA)
  let losses = 1
  repository.write = async (...args) => {
    const replies = await write(...args)
    if (losses-- > 0) throw new Error('lost')
    return replies
  }
  signs = 0
  expect(await tokens.rotate(refreshToken)).toMatchObject({ active: true, retried: false })
  expect(signs).toBe(2)
})

test('a service gets the input of a call once for each token, and none at the start', async () => {
  respond = good
  signs = 0
  const { tokens } = await instance({ keys: [service] })
  expect(signs).toBe(0)
  await tokens.issue({ ...ADA, refresh: false })
  expect(signs).toBe(1)
  await tokens.issue(ADA)
  expect(signs).toBe(3)
})
