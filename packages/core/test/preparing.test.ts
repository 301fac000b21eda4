import { expect, test } from 'vitest'
import type { StoredRecord, TokenRepository } from '../src/adapter.ts'
import type { Context } from '../src/context.ts'
import { NotPrepared, StoreUnavailable } from '../src/errors.ts'
import type { Policy } from '../src/policy/policy.ts'
import { prepareStore } from '../src/policy/root-record.ts'
import { checkAtStartup } from '../src/policy/startup-check.ts'
import { FOREVER, type Root } from '../src/records/root.ts'
import { KeyDeriver } from '../src/scopes/keys.ts'
import { Store } from '../src/store/store.ts'
import { mapRepository, recordOf } from './map-repository.ts'

const HOUR = 3_600_000
const keyDeriver = await KeyDeriver.create('test')
const policy = {
  mode: 'denylist',
  trustsOthers: false,
  maxLifetime: HOUR,
  missingMeansRefused: false,
  lease: 0,
  deadline: 20_000,
  session: HOUR,
  leeway: 0,
  skew: 0,
  clock: () => 5_000,
} as unknown as Policy
const evicting = { missingMeansRefused: true, maxLifetime: FOREVER } as const
const allowlist = { mode: 'allowlist' } as const

interface Given {
  readonly policy?: Partial<Policy>
  readonly repository?: Partial<TokenRepository>
  readonly root?: StoredRecord
  readonly issuer?: string | undefined
}

function contextOf({ repository: more, root, ...given }: Given) {
  const records = new Map(root === undefined ? [] : [[root.key, root]])
  const repository = mapRepository(records, more)
  const store = new Store(repository, { unavailable: () => {}, recovered: () => {} })
  const issuer = 'issuer' in given ? given.issuer : 'mine'
  const context = {
    repository,
    store,
    keyDeriver,
    policy: { ...policy, ...given.policy },
    rootOwner: { key: keyDeriver.root, pepperCheck: keyDeriver.pepperCheck, issuer },
    findings: [{ code: 'known', message: '', fix: '' }],
    sealing: null,
  } as unknown as Context
  const rootBody = () => JSON.parse(records.get(keyDeriver.root)?.body ?? 'null') as Root | null
  return { context, records, rootBody }
}

function rootWith(more: Partial<Root> = {}): StoredRecord {
  const body = {
    format: 2,
    pepperCheck: keyDeriver.pepperCheck,
    maxLifetimes: [{ since: 0, ms: HOUR }],
    ...more,
  }
  const record = recordOf(1, { kind: 'root', retainUntil: FOREVER, body: JSON.stringify(body) })
  return { ...record, key: keyDeriver.root }
}

const ofEvicting = { maxLifetimes: [{ since: 0, ms: FOREVER }] }
const corrupt = { ...rootWith(), body: 'no JSON' }

test.each<[string, Given, string, Partial<Root>]>([
  ['a store without one', {}, 'made', { maxLifetimes: [{ since: 0, ms: HOUR }] }],
  ['a corrupt one', { root: corrupt }, 'replaced', { maxLifetimes: [{ since: 0, ms: HOUR }] }],
  ['one of an evicting store', { root: rootWith(ofEvicting) }, 'made', { externalBefore: 5_000 }],
  [
    'one of a durable store',
    { root: rootWith(), policy: evicting },
    'made',
    { maxLifetimes: [{ since: 0, ms: FOREVER }] },
  ],
  [
    'one with shorter lifetimes',
    { root: rootWith(), policy: { maxLifetime: HOUR + 1 } },
    'raised',
    {
      maxLifetimes: [
        { since: 0, ms: HOUR },
        { since: 5_000, ms: HOUR + 1 },
      ],
    },
  ],
  [
    'one with another lease',
    { root: rootWith(), policy: { lease: 9 } },
    'leased',
    {
      leases: [
        { since: 0, ms: 0 },
        { since: 5_000, ms: 9 },
      ],
    },
  ],
])(
  'prepare writes the root record of %s, and not in a dry run',
  async (_, given, done, written) => {
    const dry = contextOf(given)
    const before = dry.records.get(keyDeriver.root)
    expect(await prepareStore(dry.context, true)).toEqual({
      statements: [],
      root: done,
      findings: dry.context.findings,
    })
    expect(dry.records.get(keyDeriver.root)).toBe(before)
    const { context, rootBody } = contextOf(given)
    expect((await prepareStore(context, false)).root).toBe(done)
    expect(rootBody()).toMatchObject(written)
    expect(rootBody()?.epoch === undefined).toBe(done === 'raised' || done === 'leased')
  },
)

test.each<[string, Given]>([
  ['of the same lifetimes', { root: rootWith() }],
  ['of longer lifetimes', { root: rootWith(), policy: { maxLifetime: HOUR - 1 } }],
  [
    'with a lease, for an instance that keeps the leases of others',
    { root: rootWith({ leases: [{ since: 0, ms: 9 }] }), policy: { lease: null } },
  ],
  ['of an evicting store', { root: rootWith(ofEvicting), policy: evicting }],
])('prepare leaves a root record %s', async (_, given) => {
  const { context, records } = contextOf(given)
  expect((await prepareStore(context, false)).root).toBe('present')
  expect(records.get(keyDeriver.root)).toBe(given.root)
})

test('prepare makes the schema before it reads', async () => {
  const calls: unknown[] = []
  const migrate = async (dryRun: boolean) => {
    calls.push(dryRun)
    return ['CREATE']
  }
  const read = async (keys: readonly string[]) => {
    calls.push('read')
    return keys.map(() => null)
  }
  const { context } = contextOf({ repository: { migrate, read } })
  const traced: string[] = []
  const trace = (call: string) => void traced.push(call)
  const watch = { unavailable: () => {}, recovered: () => {} }
  const store = new Store(context.repository, watch, { store: trace as () => undefined })
  const prepared = await prepareStore({ ...context, store }, true)
  expect(prepared).toMatchObject({ statements: ['CREATE'], root: 'made' })
  expect(calls).toEqual([true, 'read'])
  expect(traced).toEqual(['migrate', 'read'])
})

test('a dry run makes the root record where there is no schema', async () => {
  const repository = { read: async () => Promise.reject(new NotPrepared('no table')) }
  const { context } = contextOf({ repository })
  expect((await prepareStore(context, true)).root).toBe('made')
  const error = { code: 'TOKENWARD_NOT_PREPARED' }
  await expect(prepareStore(context, false)).rejects.toMatchObject(error)
})

test('prepare gives a busy server more time than a call has', async () => {
  const read = (keys: readonly string[]) =>
    new Promise<null[]>((resolve) => setTimeout(() => resolve(keys.map(() => null)), 20))
  const { context } = contextOf({ policy: { deadline: 1 }, repository: { read } })
  expect((await prepareStore(context, true)).root).toBe('made')
})

test('another failure rejects a dry run too', async () => {
  const repository = { read: async () => Promise.reject(new StoreUnavailable('reset')) }
  await expect(prepareStore(contextOf({ repository }).context, true)).rejects.toMatchObject({
    code: 'TOKENWARD_STORE_UNAVAILABLE',
  })
})

test.each<[string, Given, string]>([
  ['without a root record', {}, 'TOKENWARD_NOT_PREPARED'],
  [
    'with an allowlist and external issuers, without a root record',
    { policy: { ...allowlist, trustsOthers: true } },
    'TOKENWARD_NOT_PREPARED',
  ],
  [
    'with the root record of an evicting store',
    { root: rootWith(ofEvicting) },
    'TOKENWARD_NOT_PREPARED',
  ],
  [
    'on an evicting store with the root record of a durable one',
    { root: rootWith(), policy: evicting },
    'TOKENWARD_NOT_PREPARED',
  ],
  ['with a corrupt root record', { root: corrupt }, 'TOKENWARD_STORE_UNAVAILABLE'],
  [
    'with a corrupt root record and an allowlist',
    { root: corrupt, policy: allowlist },
    'TOKENWARD_STORE_UNAVAILABLE',
  ],
])('an instance %s does not start', async (_, given, code) => {
  const { context, records } = contextOf(given)
  await expect(checkAtStartup(context)).rejects.toMatchObject({ code })
  expect([...records.values()]).toEqual(given.root === undefined ? [] : [given.root])
})

test.each<[string, Given, string]>([
  ['longer lifetimes', { root: rootWith(), policy: { maxLifetime: HOUR + 1 } }, 'max-lifetime'],
  [
    'longer lifetimes and an allowlist',
    { root: rootWith(), policy: { ...allowlist, maxLifetime: HOUR + 1 } },
    'max-lifetime',
  ],
  [
    'a longer lease',
    { root: rootWith({ leases: [{ since: 0, ms: 9 }] }), policy: { lease: 10 } },
    'lease',
  ],
])('an instance with %s than the root record allows does not start', async (_, given, code) => {
  await expect(checkAtStartup(contextOf(given).context)).rejects.toMatchObject({
    code: 'TOKENWARD_POLICY_REFUSED',
    findings: [{ code }],
  })
})

test.each<[string, Given]>([
  ['the lifetimes of its options', { root: rootWith() }],
  [
    'the lease of its options',
    { root: rootWith({ leases: [{ since: 0, ms: 9 }] }), policy: { lease: 9 } },
  ],
  ['any lease, where it has none of its own', { root: rootWith(), policy: { lease: null } }],
  [
    'the issuer of another, where it has none',
    { root: rootWith({ issuer: 'x' }), issuer: undefined },
  ],
  ['its issuer', { root: rootWith({ issuer: 'mine' }) }],
])('an instance starts without findings on a root record with %s', async (_, given) => {
  expect(await checkAtStartup(contextOf(given).context)).toEqual([])
})

test('a second issuer in the same namespace is a finding', async () => {
  const { context } = contextOf({ root: rootWith({ issuer: 'other' }) })
  expect(await checkAtStartup(context)).toMatchObject([{ code: 'shared-namespace' }])
})

test.each<[string, Partial<TokenRepository>]>([
  ['an empty store', {}],
  ['a store without a schema', { migrate: async () => ['CREATE'] }],
])('with an allowlist an instance prepares %s', async (_, more) => {
  let isMade = !more.migrate
  const { records, ...first } = contextOf({ policy: allowlist })
  const repository: Partial<TokenRepository> = {
    ...more,
    ...(more.migrate && {
      migrate: async () => {
        isMade = true
        return ['CREATE']
      },
    }),
    read: async (keys, signal) => {
      if (!isMade) throw new NotPrepared('no table')
      return first.context.repository.read(keys, signal)
    },
    write: (writes, signal) => first.context.repository.write(writes, signal),
  }
  const { context } = contextOf({ policy: allowlist, repository })
  expect(await checkAtStartup(context)).toEqual([])
  expect([...records.keys()]).toEqual([keyDeriver.root])
})

test('with an allowlist an instance makes a new root record after the store was evicting', async () => {
  const { context, rootBody } = contextOf({ policy: allowlist, root: rootWith(ofEvicting) })
  expect(await checkAtStartup(context)).toEqual([])
  expect(rootBody()?.externalBefore).toBe(5_000)
})

test('on an evicting store the first login makes the root record', async () => {
  const { context, records } = contextOf({ policy: { ...allowlist, ...evicting } })
  expect(await checkAtStartup(context)).toEqual([])
  expect(records.size).toBe(0)
})

test('a store that fails while an instance starts is not prepared', async () => {
  const repository = {
    read: async () => Promise.reject(new StoreUnavailable('reset')),
    write: async () => expect.fail('written'),
  }
  const { context } = contextOf({ policy: allowlist, repository })
  await expect(checkAtStartup(context)).rejects.toMatchObject({ message: 'reset' })
})
