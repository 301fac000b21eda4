import { expect, test } from 'vitest'
import { createTokenward, generateKeys, type TokenwardOptions, trust } from '../src/index.ts'
import { parseCloseOptions } from '../src/input/close.schema.ts'
import { parseResealOptions, parseSessionsOptions } from '../src/input/data.schema.ts'
import { parseIssueOptions } from '../src/input/issue.schema.ts'
import {
  parseListOptions,
  parsePrepareOptions,
  parsePruneOptions,
} from '../src/input/operations.schema.ts'
import { parseOptions } from '../src/input/options.schema.ts'
import { parseReceiveOptions } from '../src/input/receive.schema.ts'
import { parseRevokeTokenOptions } from '../src/input/revocation.schema.ts'
import { parseVerifyOptions } from '../src/input/verify.schema.ts'
import { maxDataBytesOf } from '../src/sealing/data-size.ts'
import { ADA, DAY, instance, keys, MINUTE } from './instance.ts'
import { listingRepository, mapRepository, recordOf } from './map-repository.ts'
import { claimsAt, ISSUER, publicPart, sign, testClock, trusting } from './provider.ts'

const SECOND = 1_000

test('options that are left out have their documented defaults', async () => {
  const given = { issuer: ISSUER, repository: mapRepository(), keys: await keys }
  expect(parseOptions(given)).toMatchObject({
    sealing: undefined,
    fetch: undefined,
    signatureCache: 1000,
    keySetMaxAge: DAY,
    policy: {
      audience: [ISSUER],
      mode: 'allowlist',
      access: 15 * MINUTE,
      refresh: 30 * DAY,
      session: 90 * DAY,
      grace: 10 * SECOND,
      leeway: 0,
      skew: 5 * SECOND,
      deadline: SECOND,
      lease: null,
      failOpen: false,
    },
  })
})

test('the largest data has 16,384 bytes, unless the option is given', () => {
  const { capabilities } = mapRepository()
  expect(maxDataBytesOf(undefined, capabilities)).toBe(16_384)
  expect(maxDataBytesOf(1, capabilities)).toBe(1)
})

test('a loopback host of an issuer may use http', async () => {
  const options: TokenwardOptions = {
    issuer: 'http://localhost:3000',
    repository: mapRepository(),
    keys: await keys,
  }
  await using tokens = await createTokenward(options)
  expect(tokens.issuer).toBe('http://localhost:3000')
})

test('options of a call that are left out have their documented defaults', () => {
  expect(parseIssueOptions(ADA, MINUTE)).toEqual({ ...ADA, refresh: true })
  expect(parseVerifyOptions(undefined)).toEqual({ kind: 'access', data: false })
  expect(parseVerifyOptions({})).toEqual({ kind: 'access', data: false })
  expect(parseRevokeTokenOptions()).toEqual({ cascade: false })
  expect(parseListOptions()).toEqual({ limit: 100 })
  expect(parseSessionsOptions()).toEqual({ limit: 100, data: false })
  expect(parsePruneOptions()).toEqual({ dryRun: false })
  expect(parsePrepareOptions()).toEqual({ dryRun: false })
  expect(parseResealOptions()).toEqual({ dryRun: false })
  expect(parseCloseOptions()).toEqual({ drain: 0 })
  const receive = { typ: null, audience: 'a' }
  expect(parseReceiveOptions(receive)).toMatchObject({ maxAge: 7 * DAY })
})

test('a dry run of prune counts at most 100,000 records', async () => {
  const limits: [number, boolean][] = []
  const repository = listingRepository(new Map([['a', recordOf(1)]]), {
    prune: async (_, limit, dryRun) => {
      limits.push([limit, dryRun])
      return 0
    },
  })
  const { tokens } = await instance({ repository })
  await tokens.prune({ dryRun: true })
  expect(limits).toEqual([[100_000, true]])
})

const idpClaims = (more: object = {}) => claimsAt(testClock().now, more)

test('the tokens of an external issuer are read by their documented claims', async () => {
  const [key] = await generateKeys()
  const jwks = { keys: [publicPart(key)] }
  await using tokens = await trusting({ trustOptions: { jwks } })
  const token = (claims: object, header?: object) => sign(key, idpClaims(claims), header)
  const scoped = await token({ scope: 'read write', sid: 's' })
  expect(await tokens.verify(scoped, { scope: 'read' })).toMatchObject({ active: true })
  expect(await tokens.verify(await token({}, { typ: 'JWT' }))).toMatchObject({ claim: 'typ' })
  expect(await tokens.verify(await token({ aud: 'other' }))).toMatchObject({ claim: 'aud' })
  const targets = [{ jti: 'a' }, { client: 'web' }, { session: 's' }]
  for (const target of targets) {
    await using other = await trusting({ trustOptions: { jwks } })
    await other.revoke({ issuer: 'https://idp.example', ...target })
    expect(await other.verify(scoped)).toMatchObject({ reason: 'revoked' })
  }
})

test('the claim names of an external issuer can be given', async () => {
  const [key] = await generateKeys()
  const jwks = { keys: [publicPart(key)] }
  const names = { jti: 'uti', client: 'azp', session: 'sess', scope: 'scp', typ: null } as const
  const trustOptions = { jwks, ...names }
  const claims = { jti: undefined, uti: 'u', azp: 'app', sess: 's', scp: ['read'] }
  const token = await sign(key, idpClaims(claims), { typ: 'any' })
  for (const target of [{ jti: 'u' }, { client: 'app' }, { session: 's' }]) {
    await using tokens = await trusting({ trustOptions })
    expect(await tokens.verify(token, { scope: 'read' })).toMatchObject({ active: true })
    await tokens.revoke({ issuer: 'https://idp.example', ...target })
    expect(await tokens.verify(token)).toMatchObject({ reason: 'revoked' })
  }
})

test('an external issuer may use each of the documented algorithms by default', async () => {
  for (const alg of ['ES256', 'ES384', 'ES512', 'PS256', 'RS256', 'EdDSA', 'Ed25519']) {
    const [key] = await generateKeys(alg)
    const jwks = { keys: [publicPart(key)] }
    await using tokens = await trusting({ trustOptions: { jwks } })
    expect(await tokens.verify(await sign(key, idpClaims())), alg).toMatchObject({ active: true })
  }
})

test('generateKeys() makes a private key of the given algorithm', async () => {
  expect(await generateKeys()).toMatchObject([{ alg: 'ES256', kty: 'EC', d: expect.any(String) }])
  const generated = await generateKeys('EdDSA')
  expect(generated).toMatchObject([{ alg: 'EdDSA', kty: 'OKP', d: expect.any(String) }])
})

test('a required claim is none by default, and a trusted issuer is what it was made from', () => {
  const made = trust('https://idp.example', { audience: 'a', maxLifetime: '1h' })
  expect(made).toEqual({ issuer: 'https://idp.example', audience: 'a', maxLifetime: '1h' })
})
