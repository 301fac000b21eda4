import { expect, test } from 'vitest'
import type { Context } from '../src/context.ts'
import {
  currentEpochs,
  draftAccess,
  draftRefresh,
  issueTime,
  refreshEnd,
  resolveClaims,
  sessionOf,
  signerOf,
  singleOrList,
} from '../src/issuing/token-drafts.ts'
import type { Signer } from '../src/jwt/signer.ts'
import type { Policy } from '../src/policy/policy.ts'
import type { Lookup } from '../src/records/body.ts'
import type { Cutoff } from '../src/records/cutoff.ts'
import type { CutoffScope } from '../src/scopes/scopes.ts'
import { Deadline } from '../src/store/deadline.ts'
import { ISSUED, loaded } from './decision-inputs.ts'

const OVERHEAD = 200
const MAX_TOKEN_LENGTH = 16_384
const signer: Signer = { alg: 'EdDSA', kid: 'k', overhead: OVERHEAD, sign: async () => 'signed' }
const privateClaim = { issuedAt: ISSUED, epochs: {}, accessEpochs: {}, claimsFromFunction: false }
const fields = {
  issuer: 'https://a.example',
  subject: 'ada',
  audience: 'api',
  scope: undefined,
  claims: {},
  jti: 'j',
  lifetime: 60_000,
  endsAt: null,
  privateClaim,
}

function payloadOf({ payload }: { readonly payload: Uint8Array }): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(payload))
}

function cutoffs(
  entries: Partial<Record<CutoffScope, Lookup<Cutoff>>>,
): ReadonlyMap<CutoffScope, Lookup<Cutoff>> {
  return new Map(Object.entries(entries) as [CutoffScope, Lookup<Cutoff>][])
}

test('an access token lasts as long as its lifetime, in whole seconds', () => {
  const draft = draftAccess(signer, {
    ...fields,
    privateClaim: { ...privateClaim, issuedAt: ISSUED + 999 },
  })
  expect(draft).toMatchObject({
    typ: 'at+jwt',
    jti: 'j',
    expiresAt: ISSUED + 60_000,
    expiresIn: 60,
  })
  expect(payloadOf(draft)).toEqual({
    iss: 'https://a.example',
    sub: 'ada',
    aud: 'api',
    jti: 'j',
    iat: ISSUED / 1000,
    exp: ISSUED / 1000 + 60,
    tw: { t: ISSUED + 999, e: {}, a: {} },
  })
})

test('an access token ends in the last whole second of its session', () => {
  const draft = draftAccess(signer, { ...fields, endsAt: ISSUED + 30_999 })
  expect(draft).toMatchObject({ expiresAt: ISSUED + 30_000, expiresIn: 30 })
  expect(draftAccess(signer, { ...fields, endsAt: ISSUED + 90_000 }).expiresIn).toBe(60)
})

test('the claims of an access token replace none of those that are the library’s', () => {
  const draft = draftAccess(signer, { ...fields, claims: { sub: 'eve', exp: 1, role: 'x' } })
  expect(payloadOf(draft)).toMatchObject({ sub: 'ada', exp: ISSUED / 1000 + 60, role: 'x' })
})

test('a refresh token is for its issuer, and its id is made of session and generation', () => {
  const draft = draftRefresh(signer, {
    issuer: 'https://a.example',
    subject: 'ada',
    session: 's',
    scope: 'read',
    expiresAt: ISSUED + 90_999,
    privateClaim: { ...privateClaim, generation: 3 },
  })
  expect(draft).toMatchObject({ typ: 'rt+jwt', jti: 's.3', expiresAt: ISSUED + 90_000 })
  expect(payloadOf(draft)).toMatchObject({
    aud: 'https://a.example',
    scope: 'read',
    iat: ISSUED / 1000,
    exp: ISSUED / 1000 + 90,
    tw: { n: 3 },
  })
})

test('a token may have 16,384 characters, and not one more', () => {
  const empty = draftAccess(signer, { ...fields, claims: { text: '' } }).payload.length
  const room = Math.floor(((MAX_TOKEN_LENGTH - OVERHEAD) * 3) / 4) - empty
  const withText = (length: number) =>
    draftAccess(signer, { ...fields, claims: { text: 'x'.repeat(length) } })
  expect(withText(room).payload.length).toBe(12_138)
  expect(() => withText(room + 1)).toThrow(
    expect.objectContaining({ code: 'TOKENWARD_INVALID_INPUT', path: 'claims' }),
  )
})

test('the session is read from the id of a refresh token alone', () => {
  const session = 'AAAAAAAAAAAAAAAAAAAA-_'
  expect(sessionOf(`${session}.1`)).toBe(session)
  expect(sessionOf(`${session}.12`)).toBe(session)
  for (const jti of [session, `${session}.`, `x${session}.1`, `${session}.1x`, `${session}.x`, ''])
    expect(sessionOf(jti)).toBeNull()
})

test('a single audience is signed as a string', () => {
  expect(singleOrList(['a'])).toBe('a')
  expect(singleOrList(['a', 'b'])).toEqual(['a', 'b'])
  expect(singleOrList([])).toEqual([])
})

test('a token is issued under the epochs that were read', () => {
  const read = cutoffs({
    global: null,
    issuer: loaded({ epoch: 'e1' }),
    client: loaded({ accessEpoch: 'a1' }),
    subject: loaded({ epoch: 'e2', accessEpoch: 'a2' }),
  })
  expect(Object.entries(currentEpochs(read).epochs)).toEqual([
    ['i', 'e1'],
    ['u', 'e2'],
  ])
  expect(Object.entries(currentEpochs(read).accessEpochs)).toEqual([
    ['c', 'a1'],
    ['u', 'a2'],
  ])
})

test('nothing is issued under a corrupt cutoff', () => {
  expect(() => currentEpochs(cutoffs({ subject: 'corrupt' }))).toThrow(
    expect.objectContaining({ code: 'TOKENWARD_STORE_UNAVAILABLE' }),
  )
})

test('a login is later than every instant that a revocation reaches up to', () => {
  const read = cutoffs({
    issuer: loaded({ notBefore: 500 }),
    subject: loaded({ notBefore: 900 }),
    client: null,
  })
  expect(issueTime(400.7, read)).toBe(901)
  expect(issueTime(2_000.7, read)).toBe(2_000)
  expect(issueTime(-5, cutoffs({ client: null, subject: 'corrupt' }))).toBe(0)
})

test('a refresh token ends with its lifetime, with the longest one, or with its session', () => {
  const policy = { refresh: 10_500 } as Policy
  expect(refreshEnd(policy, 1_000, 100_000, 100_000)).toBe(11_000)
  expect(refreshEnd(policy, 1_000, 100_000, 5_000)).toBe(6_000)
  expect(refreshEnd(policy, 1_000, 4_999, 5_000)).toBe(4_000)
})

test('claims are given as they are, or by a function', async () => {
  expect(await resolveClaims(undefined)).toEqual({})
  expect(await resolveClaims({ role: 'a' })).toEqual({ role: 'a' })
  expect(await resolveClaims(async () => ({ role: 'b' }))).toEqual({ role: 'b' })
})

function contextWith(ownKeys: unknown, issuer: unknown): Context {
  const issuers = { get: (name: string) => (name === 'me' ? issuer : undefined) }
  return { ownKeys, issuers, policy: { issuer: 'me' } } as unknown as Context
}

test('keys are loaded before the first token is signed with them, and not again', async () => {
  const ownKeys: { signer: Signer | null } = { signer: null }
  const loads: string[] = []
  const issuer = {
    keyVersion: null as string | null,
    load: async () => {
      loads.push('load')
      issuer.keyVersion = '1'
      ownKeys.signer = signer
    },
  }
  const context = contextWith(ownKeys, issuer)
  const deadline = new Deadline(20_000)
  expect(await signerOf(context, deadline)).toBe(signer)
  expect(await signerOf(context, deadline)).toBe(signer)
  expect(loads).toEqual(['load'])
})

test.each([
  ['keys of its own', null, { keyVersion: null, load: () => expect.fail('loaded') }],
  ['a private key', { signer: null }, { keyVersion: '1' }],
  ['a known issuer', { signer: null }, undefined],
])('an instance without %s does not sign', async (_, ownKeys, issuer) => {
  const context = contextWith(ownKeys, issuer)
  await expect(signerOf(context, new Deadline(20_000))).rejects.toMatchObject({
    code: 'TOKENWARD_UNSUPPORTED_OPERATION',
  })
})
