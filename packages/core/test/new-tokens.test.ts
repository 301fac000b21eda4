import { expect, test } from 'vitest'
import type { StoredRecord, TokenRepository } from '../src/adapter.ts'
import type { Context } from '../src/context.ts'
import { insertNew, signAndStore } from '../src/issuing/insert.ts'
import { accessRecord, sessionRecord } from '../src/issuing/store-token.ts'
import type { Successor, SuccessorClaims } from '../src/issuing/successor.ts'
import { handOut, signSuccessor } from '../src/issuing/successor.ts'
import { SuccessorSigner } from '../src/issuing/successor-signer.ts'
import type { Draft } from '../src/issuing/token-drafts.ts'
import { recordFields } from '../src/issuing/token-record.ts'
import type { Authenticated } from '../src/jwt/authenticated.ts'
import type { Signer } from '../src/jwt/signer.ts'
import { type Policy, retainToken } from '../src/policy/policy.ts'
import { KeyDeriver } from '../src/scopes/keys.ts'
import { Deadline } from '../src/store/deadline.ts'
import { Store } from '../src/store/store.ts'
import { makeRoot } from '../src/transitions/root.ts'
import { ISSUED, managed, root } from './decision-inputs.ts'
import { compareAndSet, mapRepository, recordOf } from './map-repository.ts'

const ISSUER = 'https://a.example'
const ID = 'AAAAAAAAAAAAAAAAAAAAAA'
const policy = {
  issuer: ISSUER,
  audience: ['api'],
  mode: 'allowlist',
  access: 60_000,
  leeway: 0,
  skew: 5_000,
  missingMeansRefused: false,
  clock: () => ISSUED + 7,
} as unknown as Policy
const keyDeriver = await KeyDeriver.create('test')
const principal = { issuer: ISSUER, subject: 'ada', client: 'web', session: 's' }
const cutoffKeys = await keyDeriver.cutoffKeys(principal)
/** A new one for each call: it counts the time of all calls that it is given to. */
const deadline = () => new Deadline(20_000)

function contextWith(more: Partial<Policy> = {}, repository: Partial<TokenRepository> = {}) {
  const records = new Map<string, StoredRecord>()
  const watch = { unavailable: () => {}, recovered: () => {} }
  const store = new Store(mapRepository(records, repository), watch)
  const own = { policy: { ...policy, ...more }, sealing: null }
  const context = { ...own, keyDeriver, store } as unknown as Context
  return { context, records }
}

test.each([
  ['durable', false, ['sign', 'store']],
  ['evicting', true, ['store', 'sign']],
])(
  'on a %s store the order of signing and storing is kept',
  async (_, missingMeansRefused, order) => {
    const steps: string[] = []
    const { context } = contextWith({ missingMeansRefused })
    const signed = await signAndStore(
      context,
      async () => {
        steps.push('sign')
        return 'signed'
      },
      async () => steps.push('store'),
    )
    expect(signed).toBe('signed')
    expect(steps).toEqual(order)
  },
)

const fresh = recordOf(1, { body: `{"id":"${ID}"}` })

test('a new record is written without being read', async () => {
  const { context, records } = contextWith({}, { read: async () => expect.fail('read') })
  await insertNew(context, { record: fresh, id: ID }, deadline())
  expect(records.get(fresh.key)).toEqual(fresh)
})

test.each([
  ['as this call stored it', `{"id":"${ID}"}`, true],
  ['changed since this call stored it', `{"id":"${ID}","revoked":{"at":1}}`, true],
  ['stored by another call', '{"id":"other"}', false],
])('after a lost reply, a record is found %s', async (_, body, isOwn) => {
  let sent = 0
  const { context } = contextWith(
    {},
    {
      read: async () => [{ ...fresh, etag: 'changed', body }],
      write: async () => {
        if (++sent === 1) throw new Error('connection reset')
        return [true]
      },
    },
  )
  const inserted = insertNew(context, { record: fresh, id: ID }, deadline())
  if (isOwn) await expect(inserted).resolves.toBeUndefined()
  else await expect(inserted).rejects.toMatchObject({ code: 'TOKENWARD_WRITE_INDETERMINATE' })
  expect(sent).toBe(1)
})

test.each([
  ['durable', false, 2],
  ['evicting', true, 1],
])('on a %s store, how often a lost insert is sent', async (_, missingMeansRefused, expected) => {
  let sent = 0
  const records = new Map<string, StoredRecord>()
  const { context } = contextWith(
    { missingMeansRefused },
    {
      read: async () => [null],
      write: async (writes) => {
        if (++sent === 1) throw new Error('connection reset')
        return writes.map((write) => compareAndSet(records, write))
      },
    },
  )
  const inserted = insertNew(context, { record: fresh, id: ID }, deadline())
  if (missingMeansRefused)
    await expect(inserted).rejects.toMatchObject({ code: 'TOKENWARD_WRITE_INDETERMINATE' })
  else await inserted
  expect(sent).toBe(expected)
})

const privateClaim = {
  issuedAt: ISSUED,
  loginAt: ISSUED,
  epochs: { u: 'e1' },
  accessEpochs: { u: 'a1' },
  claimsFromFunction: false,
}
const fields = {
  ...principal,
  audience: 'api',
  scope: undefined,
  claims: {},
  jti: 'j',
  lifetime: 60_000,
  endsAt: ISSUED + 900_000,
  privateClaim,
}
const draft = { jti: 'j', expiresAt: ISSUED + 60_000, expiresIn: 60 } as Draft

test('the record of a session has its end, its groups and its login', async () => {
  const { context } = contextWith()
  const { record, id } = await sessionRecord(context, fields, draft, cutoffKeys, {}, deadline())
  expect(record).toMatchObject({
    key: await keyDeriver.session(ISSUER, 's'),
    kind: 'session',
    state: 'active',
    expiresAt: ISSUED + 900_000,
    retainUntil: retainToken(policy, ISSUED + 900_000),
  })
  expect(record.groups.map(([letter]) => letter)).toEqual(['i', 'c', 'u', 's', 'l'])
  expect(JSON.parse(record.body)).toMatchObject({
    id,
    generation: 1,
    loginAt: ISSUED,
    e: { u: 'e1' },
    refreshUntil: ISSUED + 60_000,
  })
})

test('a session without an end has ended at once', async () => {
  const { context } = contextWith()
  const endless = { ...fields, endsAt: null, session: undefined }
  const { record } = await sessionRecord(context, endless, draft, cutoffKeys, {}, deadline())
  expect(record).toMatchObject({
    key: await keyDeriver.session(ISSUER, ''),
    expiresAt: ISSUED,
    retainUntil: retainToken(policy, ISSUED),
  })
})

test('a token has a record under an allowlist', async () => {
  const { context } = contextWith()
  const stored = await accessRecord(context, fields, draft, cutoffKeys, {}, deadline())
  expect(stored?.record).toMatchObject({
    key: await keyDeriver.token(ISSUER, 'j'),
    kind: 'token',
    createdAt: ISSUED,
    expiresAt: ISSUED + 60_000,
    retainUntil: retainToken(policy, ISSUED + 60_000),
  })
  const body = JSON.parse(stored?.record.body ?? '')
  expect(body).toMatchObject({ id: stored?.id, issuedAt: ISSUED })
  expect(body).not.toHaveProperty('loginAt')
})

test('the record of a token has the time of its login, if that was earlier', async () => {
  const { context } = contextWith()
  const later = { ...fields, privateClaim: { ...privateClaim, loginAt: ISSUED - 5 } }
  const stored = await accessRecord(context, later, draft, cutoffKeys, {}, deadline())
  expect(JSON.parse(stored?.record.body ?? '')).toMatchObject({ loginAt: ISSUED - 5 })
})

test('a token has no record under a denylist', async () => {
  const { context } = contextWith({ mode: 'denylist' })
  expect(await accessRecord(context, fields, draft, cutoffKeys, {}, deadline())).toBeNull()
})

const external: Authenticated = {
  claims: { iss: ISSUER, iat: 1, exp: 2 },
  facts: managed({ issuedUnder: null, loginAt: null, issuedAt: ISSUED - 3 }),
  isManaged: false,
  privateClaim: null,
  principal,
  cutoffKeys,
  tokenKey: 'key',
  sessionKey: null,
  recordKeys: [],
}

test('the record of a token that was issued elsewhere has its times alone', () => {
  const { body, ...record } = recordFields(policy, external)
  expect(record).toMatchObject({
    key: 'key',
    createdAt: ISSUED + 7,
    expiresAt: ISSUED + 60_000,
    retainUntil: retainToken(policy, ISSUED + 60_000),
  })
  expect(body).toEqual({ issuedAt: ISSUED - 3, loginAt: undefined })
})

test('the record of a token of this issuer has its epochs', () => {
  const own = { ...external, facts: managed({ issuedAt: null }), privateClaim }
  expect(recordFields(policy, own).body).toMatchObject({
    issuedAt: undefined,
    loginAt: ISSUED,
    e: { u: 'e1' },
    a: { u: 'a1' },
  })
})

const refresh: Authenticated = {
  ...external,
  claims: { iss: ISSUER, sub: 'ada', client_id: 'web', sid: 's', scope: 'read', iat: 1, exp: 2 },
  isManaged: true,
  privateClaim: { ...privateClaim, generation: 2 },
}

const successorClaims: SuccessorClaims = {
  claims: { role: 'a' },
  carried: { role: 'a' },
  mustBeSupplied: false,
  clock: ISSUED + 30_000,
  cutoffs: new Map(),
  root,
}
const successor: Successor = {
  rotation: { generation: 2, at: ISSUED + 29_000, expiresAt: ISSUED + 500_000, id: ID },
  endsAt: ISSUED + 900_000,
  retried: false,
  successorClaims,
  scope: 'narrow',
}

/** Signs by giving back the payload. */
const signer: Signer = {
  alg: 'EdDSA',
  kid: 'k',
  overhead: 100,
  sign: async ({ payload }) => new TextDecoder().decode(payload),
}

async function signed(token: Authenticated, more: Partial<Successor> = {}) {
  const { context } = contextWith()
  const all = await signSuccessor(context, token, { ...successor, ...more }, signer, deadline())
  return { access: JSON.parse(all.accessToken), refresh: JSON.parse(all.refreshToken) }
}

test('the successors keep the login of the token that was exchanged', async () => {
  const claim = { ...privateClaim, loginAt: ISSUED - 9, audience: ['b', 'c'], lifetimeMs: 20_000 }
  const { access, refresh: next } = await signed({ ...refresh, privateClaim: claim })
  expect(access).toMatchObject({ aud: ['b', 'c'], role: 'a', scope: 'narrow', sid: 's' })
  expect(access.exp - access.iat).toBe(20)
  expect(access.tw).toEqual({ t: ISSUED + 30_000, l: ISSUED - 9, e: { u: 'e1' }, a: {} })
  expect(next).toMatchObject({
    jti: 's.3',
    scope: 'read',
    exp: (ISSUED + 500_000) / 1000,
    tw: {
      t: ISSUED + 29_000,
      l: ISSUED - 9,
      n: 3,
      e: { u: 'e1' },
      a: { u: 'a1' },
      c: { role: 'a' },
      u: ['b', 'c'],
      x: 20_000,
    },
  })
  expect(next.tw).not.toHaveProperty('f')
})

test('a successor lasts no longer than the options and the root record allow', async () => {
  const long = { ...privateClaim, lifetimeMs: 9_999_000 }
  const endsAt = ISSUED + 99_999_000
  const { access } = await signed({ ...refresh, privateClaim: long }, { endsAt })
  expect(access.exp - access.iat).toBe(3_600)
  const usual = await signed(refresh)
  expect(usual.access.exp - usual.access.iat).toBe(60)
  expect(usual.access.aud).toBe('api')
})

test.each([
  ['came from a function', true, false, 1],
  ['are stale', false, true, 1],
  ['were given once', false, false, undefined],
])(
  'the next rotation must be given claims, if they %s',
  async (_, claimsFromFunction, mustBeSupplied, f) => {
    const token = { ...refresh, privateClaim: { ...privateClaim, claimsFromFunction } }
    const more = { successorClaims: { ...successorClaims, mustBeSupplied } }
    expect((await signed(token, more)).refresh.tw.f).toBe(f)
  },
)

test('what is handed out was signed for the rotation that was stored', async () => {
  const { context } = contextWith()
  const ofCall = new SuccessorSigner(context, refresh, signer, deadline())
  const later = { ...successor, rotation: { ...successor.rotation, at: ISSUED + 29_500 } }
  const longer = { ...successor, rotation: { ...successor.rotation, expiresAt: ISSUED + 600_000 } }
  const first = await ofCall.sign(successor)
  const second = await ofCall.sign(later)
  expect(await ofCall.signedFor(successor)).toBe(first)
  expect(await ofCall.signedFor(later)).toBe(second)
  const third = await ofCall.signedFor(longer)
  expect([first, second]).not.toContain(third)
  expect(third.rotation).toBe(longer.rotation)
  const again = await ofCall.sign(successor)
  expect(await ofCall.signedFor(successor)).toBe(again)
})

test('a retry gets an access token of its own', async () => {
  const { context } = contextWith()
  const ofCall = new SuccessorSigner(context, refresh, signer, deadline())
  const first = await ofCall.sign(successor)
  const retried = await ofCall.signedFor({ ...successor, retried: true })
  expect(retried.access.jti).not.toBe(first.access.jti)
  expect(retried.refreshToken).toBe(first.refreshToken)
})

test.each([
  ['retried', true, 'allowlist', 1],
  ['rotated', false, 'denylist', 0],
] as const)('what was %s is handed out, with its event', async (name, retried, mode, stored) => {
  const { context, records } = contextWith({ mode })
  const events: unknown[] = []
  const emit = (...event: unknown[]) => events.push(event)
  const observed = { ...context, events: { emit } } as unknown as Context
  const tokens = await signSuccessor(context, refresh, successor, signer, deadline())
  const given = { ...successor, retried }
  expect(await handOut(observed, refresh, given, tokens, deadline())).toEqual({
    active: true,
    retried,
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken,
    jti: tokens.access.jti,
    expiresIn: 60,
    expiresAt: ISSUED + 90_000,
    subject: 'ada',
    client: 'web',
    session: 's',
    endsAt: ISSUED + 900_000,
  })
  expect(events).toEqual([[name, { subject: 'ada', client: 'web', session: 's', generation: 3 }]])
  expect(records.size).toBe(stored)
})

test('a token with a label has a record under a denylist, sealed for its place', async () => {
  const { context, records } = contextWith({ mode: 'denylist' })
  const owner = { key: keyDeriver.root, pepperCheck: keyDeriver.pepperCheck, issuer: undefined }
  records.set(owner.key, makeRoot(owner, { maxLifetime: 60_000, lease: null }, ISSUED))
  const sealed: unknown[] = []
  const seal = async (...given: unknown[]) => {
    sealed.push(given.slice(0, 2))
    return 'sealed'
  }
  const sealing = { ids: ['k'], isFailing: () => false, seal }
  const sealer = { ...context, sealing, capabilities: { maxBodyBytes: 65_536 } }
  const own = { label: 'phone' }
  const given = sealer as unknown as Context
  const token = await accessRecord(given, fields, draft, cutoffKeys, own, deadline())
  const session = await sessionRecord(given, fields, draft, cutoffKeys, own, deadline())
  expect(JSON.parse(token?.record.body ?? '')).toMatchObject({ sealed: 'sealed' })
  expect(sealed).toEqual([
    [
      { subject: 'ada', client: 'web', jti: 'j', label: 'phone' },
      { kind: 'token', key: token?.record.key },
    ],
    [
      { subject: 'ada', client: 'web', session: 's', label: 'phone' },
      { kind: 'session', key: session.record.key },
    ],
  ])
})
