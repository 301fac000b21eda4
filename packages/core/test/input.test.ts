import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  createTokenward,
  generateKeys,
  type SigningKeys,
  type TokenwardOptions,
  trust,
} from '../src/index.ts'
import { parseIssueOptions } from '../src/input/issue.schema.ts'
import { parseRevokeTargetOptions } from '../src/input/revocation.schema.ts'
import { parseTarget } from '../src/input/target.schema.ts'
import { parseVerifyOptions } from '../src/input/verify.schema.ts'
import { mapRepository } from './map-repository.ts'

const invalid = (path: string) =>
  expect.objectContaining({ code: 'TOKENWARD_INVALID_INPUT', path, retryable: false })

let keys: SigningKeys
beforeAll(async () => {
  keys = await generateKeys()
})

describe('createTokenward', () => {
  const create = (more: object) => {
    const sent = { count: 0 }
    const count = async () => {
      sent.count += 1
      return []
    }
    const repository = mapRepository(new Map(), { open: count })
    const options = { issuer: 'https://issuer.example', repository, keys, ...more }
    return { made: createTokenward(options as TokenwardOptions), sent }
  }

  test.each([
    ['leeway', { leeway: undefined }],
    ['lifetimes.access', { lifetimes: { access: undefined } }],
    ['surprise', { surprise: 1 }],
    ['lifetimes.acess', { lifetimes: { acess: '5m' } }],
    ['grace', { grace: '10' }],
    ['grace', { grace: 10 }],
    ['lifetimes.refresh', { lifetimes: { refresh: '-1d' } }],
    ['leeway', { leeway: '61s' }],
    ['issuer', { issuer: 'http://issuer.example' }],
    ['issuer', { issuer: 'https://issuer.example/?a=1' }],
    ['issuer', { issuer: undefined }],
    ['pepper', { pepper: new Uint8Array(31) }],
    ['repository', { repository: {} }],
    ['signatureCache', { signatureCache: -1 }],
    ['keys', { keys: [] }],
  ])('%s is refused: %j', async (path, more) => {
    const { made, sent } = create(more)
    await expect(made).rejects.toEqual(invalid(path))
    expect(sent.count).toBe(0)
  })

  test('keys of a wrong type, of a wrong size or without an id are refused', async () => {
    const [key] = keys
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
    const rsa = { ...small.export({ format: 'jwk' }), kid: 'a', alg: 'RS256' }
    const secret = { kty: 'oct', k: 'c2VjcmV0', kid: 'a', alg: 'HS256' }
    await expect(create({ keys: [secret] }).made).rejects.toEqual(invalid('keys.0.alg'))
    await expect(create({ keys: [rsa] }).made).rejects.toEqual(invalid('keys.0'))
    const { kid: _, ...nameless } = key
    await expect(create({ keys: [key, nameless] }).made).rejects.toEqual(invalid('keys.1.kid'))
    await expect(create({ keys: [key, key] }).made).rejects.toEqual(invalid('keys'))
    const mismatch = { ...key, alg: 'RS256' }
    await expect(create({ keys: [mismatch] }).made).rejects.toEqual(invalid('keys.0.alg'))
  })

  test('the own issuer cannot be trusted again', async () => {
    const own = trust('https://issuer.example', { audience: 'a', maxLifetime: '1h' })
    await expect(create({ trust: [own] }).made).rejects.toEqual(invalid('trust'))
  })
})

function thrown(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    return error
  }
}

test.each([
  ['options.subject', { subject: '', client: 'c' }],
  ['options.subject', { subject: '\ud800', client: 'c' }],
  ['options.client', { subject: 's' }],
  ['options.audience', { subject: 's', client: 'c', audience: undefined }],
  ['options.lifetime', { subject: 's', client: 'c', lifetime: '16m' }],
  ['options.scope', { subject: 's', client: 'c', scope: 'a  b' }],
  ['options.role', { subject: 's', client: 'c', role: 'admin' }],
])('%s is refused: %j', (path, grant) => {
  expect(thrown(() => parseIssueOptions(grant as never, 900_000))).toEqual(invalid(path))
})

test('an unknown option is refused', () => {
  expect(thrown(() => parseVerifyOptions({ audiense: 'a' } as never))).toEqual(
    invalid('options.audiense'),
  )
})

test('before must not be in the future, in seconds, or with only', () => {
  const now = 1_800_000_000_000
  const path = 'options.before'
  expect(thrown(() => parseRevokeTargetOptions({ before: now / 1000 }, now))).toEqual(invalid(path))
  expect(thrown(() => parseRevokeTargetOptions({ before: now + 1 }, now))).toEqual(invalid(path))
  expect(thrown(() => parseRevokeTargetOptions({ before: Number.NaN }, now))).toEqual(invalid(path))
  const both = thrown(() => parseRevokeTargetOptions({ before: now, only: 'access' }, now))
  expect(both).toEqual(invalid('options.only'))
  expect(parseRevokeTargetOptions({ before: new Date(now) }, now)).toEqual({
    kind: 'before',
    before: now,
    note: {},
  })
})

test('a target must name one thing, of a known issuer', () => {
  const issuers = ['https://issuer.example']
  const target = (input: object) => thrown(() => parseTarget(input as never, issuers))
  expect(target({})).toEqual(invalid('target'))
  expect(target({ jti: 'a', subject: 'b' })).toEqual(invalid('target'))
  expect(target({ everything: true, subject: 'b' })).toEqual(invalid('target'))
  expect(target({ issuer: 'https://other.example' })).toEqual(invalid('target.issuer'))
  expect(target({ subject: undefined })).toEqual(invalid('target.subject'))
  expect(target({ subject: 's' })).toMatchObject({ type: 'scope', scope: 'subject' })
})

test('later changes of the options have no effect', async () => {
  const pepper = new Uint8Array(32).fill(1)
  const secret = new Uint8Array(32).fill(1)
  const jwks = new URL('https://idp.example/jwks')
  const fetched: string[] = []
  const options: TokenwardOptions = {
    issuer: 'https://issuer.example',
    repository: mapRepository(),
    keys,
    pepper,
    trust: [
      trust('legacy', { audience: 'a', maxLifetime: '1h', legacyHs256Secret: secret }),
      trust('https://idp.example', { audience: 'a', maxLifetime: '1h', jwks }),
    ],
    fetch: (async (url: string) => {
      fetched.push(url)
      return new Response()
    }) as typeof fetch,
  }
  const { prepare } = await import('../src/index.ts')
  await prepare(options)
  const made = createTokenward(options)
  pepper.fill(0)
  secret.fill(0)
  jwks.href = 'https://evil.example'
  await using instance = await made
  // With another pepper the instance would be refused.
  expect(await instance.health()).toMatchObject({
    issuers: [{ ok: true }, { ok: true }, { ok: false }],
  })
  expect(new Set(fetched)).toEqual(new Set(['https://idp.example/jwks']))
})
