import { createTokenward, generateKeys } from '@tokenward/core'
import { describe, expect, inject, test } from 'vitest'
import { findingsOf } from '../src/findings.ts'
import { preparationNoteOf, type ServerSettings, type ServerState } from '../src/settings.ts'
import { makeAccounts } from './accounts.ts'
import { DURABLE } from './server.ts'
import {
  client,
  connect,
  deadline,
  isExternalServer,
  key,
  prepared,
  record,
  startOwn,
} from './support.ts'

const safe: ServerSettings = {
  version: '7.0.0',
  runId: 'a',
  role: 'master',
  replicas: 0,
  aof: true,
  fsync: 'always',
  syncsWhileRewriting: true,
  snapshots: true,
  maxmemory: 0,
  eviction: 'noeviction',
}
const reverting = { durability: 'reverting' }
const stale = { ...reverting, linearizable: false }

function found(change: Partial<ServerSettings>, more: Partial<ServerState> = {}) {
  return findingsOf({
    servers: [{ ...safe, ...change }],
    note: null,
    sentinels: false,
    otherWriters: [],
    ...more,
  })
}

test.each<[string, Partial<ServerSettings>, object | undefined]>([
  ['replica', { role: 'slave' }, stale],
  ['aof-off', { aof: false }, reverting],
  ['aof-off', { aof: false, fsync: 'everysec' }, reverting],
  ['aof-off', { aof: false, snapshots: null }, reverting],
  ['no-persistence', { aof: false, snapshots: false }, { durability: 'evicting' }],
  ['appendfsync-not-always', { fsync: 'everysec' }, reverting],
  ['appendfsync-not-always', { fsync: 'no' }, reverting],
  ['appendfsync-unknown', { fsync: null }, reverting],
  ['writes-not-synced-while-rewriting', { syncsWhileRewriting: false }, reverting],
  ['asynchronous-failover', { replicas: 1 }, stale],
  ['eviction-enabled', { maxmemory: 1, eviction: 'allkeys-lru' }, { durability: 'evicting' }],
  ['eviction-enabled', { maxmemory: 1, eviction: 'volatile-ttl' }, { durability: 'evicting' }],
  ['unsupported-version', { version: '6.2.14' }, undefined],
])('finding %s: %j lowers %j', (code, change, downgrades) => {
  expect(found(change)).toEqual([
    {
      code,
      message: expect.stringMatching(/./),
      fix: expect.stringMatching(/./),
      ...(downgrades && { downgrades }),
    },
  ])
})

test('safe settings have no findings', () => {
  expect(found({})).toEqual([])
  expect(found({ version: '10.0.1', maxmemory: 1 })).toEqual([])
  expect(found({ eviction: 'allkeys-lru' }), 'no limit, so no eviction').toEqual([])
})

test('Sentinels count as an asynchronous failover, also while no replica is connected', () => {
  expect(found({}, { sentinels: true })).toMatchObject([{ code: 'asynchronous-failover' }])
})

test('a user that may not read the settings uses those in the preparation note', () => {
  const note = { runIds: ['a'], fsync: 'always', snapshots: false }
  expect(found({ fsync: null }, { note })).toEqual([])
  const weak = { ...note, fsync: 'everysec' }
  expect(found({ fsync: null }, { note: weak })).toMatchObject([{ code: 'appendfsync-not-always' }])
  expect(found({ fsync: 'no' }, { note })).toMatchObject([{ code: 'appendfsync-not-always' }])
  const memory = { aof: false, snapshots: null }
  expect(found(memory, { note })).toMatchObject([{ code: 'no-persistence' }])
})

test('a restart is a finding only where the server may have reverted', () => {
  const note = { runIds: ['b', 'c'], fsync: 'always', snapshots: true }
  expect(found({}, { note })).toEqual([])
  expect(found({ aof: false }, { note })).toMatchObject([
    { code: 'aof-off' },
    { code: 'server-restarted', message: expect.stringContaining('run_id:a') },
  ])
  expect(found({ aof: false, runId: 'c' }, { note })).toHaveLength(1)
})

test('several servers with one weakness have one finding', () => {
  const servers = [safe, { ...safe, aof: false }, { ...safe, aof: false }]
  expect(findingsOf({ servers, note: null, sentinels: false, otherWriters: [] })).toMatchObject([
    { code: 'aof-off' },
  ])
})

test('the preparation note has the least safe settings of several servers', () => {
  const note = (...servers: Partial<ServerSettings>[]) =>
    JSON.parse(preparationNoteOf(servers.map((each) => ({ ...safe, ...each }))))
  expect(note({ runId: 'b' }, { runId: 'a' })).toEqual({
    layout: 3,
    runIds: ['a', 'b'],
    fsync: 'always',
    snapshots: true,
  })
  expect(note({}, { fsync: null })).toMatchObject({ fsync: null })
  expect(note({}, { fsync: 'no' })).toMatchObject({ fsync: 'no' })
  expect(note({ snapshots: false }, { snapshots: null })).toMatchObject({ snapshots: null })
  expect(note({ snapshots: false }, { snapshots: false })).toMatchObject({ snapshots: false })
})

describe('open()', () => {
  test('has no findings on a safe server, before and after migrate()', async () => {
    const repository = await prepared()
    expect(await repository.open()).toEqual([])
    expect(await connect().open()).toEqual([])
  })

  test('stores no key', async () => {
    const namespace = crypto.randomUUID()
    await connect(inject('redis'), { namespace }).open()
    expect(await client().keys(`tokenward:{${namespace}*`)).toEqual([])
  })

  test('reads the settings again each time', async () => {
    if (isExternalServer) return
    const { url } = await startOwn(DURABLE)
    const operator = client(url)
    const repository = await prepared(url)
    for (const [name, value, code] of [
      ['appendfsync', 'everysec', 'appendfsync-not-always'],
      ['no-appendfsync-on-rewrite', 'yes', 'writes-not-synced-while-rewriting'],
      ['appendonly', 'no', 'aof-off'],
    ] as const) {
      const was = (await operator.config('GET', name)) as string[]
      await operator.config('SET', name, value)
      expect(await repository.open()).toMatchObject([{ code, downgrades: reverting }])
      await operator.config('SET', name, was[1] ?? '')
      expect(await repository.open()).toEqual([])
    }
  })

  test('eviction-enabled lowers durability to evicting, unless assume guarantees it', async () => {
    if (isExternalServer) return
    const evicting = { maxmemory: '64mb', 'maxmemory-policy': 'volatile-lru' }
    const { url } = await startOwn({ ...DURABLE, ...evicting })
    expect(await connect(url).open()).toMatchObject([
      {
        code: 'eviction-enabled',
        message: expect.stringContaining('volatile-lru'),
        downgrades: { durability: 'evicting' },
      },
    ])
    const assumed = connect(url, { assume: { durability: 'durable' } })
    const [finding] = await assumed.open()
    expect(finding?.code).toBe('eviction-enabled')
    expect(finding).not.toHaveProperty('downgrades')
    expect(connect(url, { assume: { durability: 'evicting' } }).capabilities.durability).toBe(
      'evicting',
    )
  })

  test('a server without persistence is evicting until it has a snapshot', async () => {
    if (isExternalServer) return
    const { url, kill, start } = await startOwn({ save: '', maxmemory: '64mb' })
    const evicting = [{ code: 'no-persistence', downgrades: { durability: 'evicting' } }]
    const revertsToSnapshot = [{ code: 'aof-off', downgrades: reverting }]
    expect(await connect(url).open()).toMatchObject(evicting)
    await client(url).set('anything', 'x')
    await client(url).save()
    expect(await connect(url).open()).toMatchObject(revertsToSnapshot)
    await kill()
    await start()
    expect(await connect(url).open(), 'it loaded a snapshot at its start').toMatchObject(
      revertsToSnapshot,
    )
  })

  test('the default settings are refused; with assume, a restart is reported', async () => {
    if (isExternalServer) return
    const { url, kill, start } = await startOwn({})
    const options = { issuer: 'https://api.example', keys: await generateKeys() }
    const made = createTokenward({ ...options, repository: connect(url) })
    await expect(made).rejects.toMatchObject({
      code: 'TOKENWARD_POLICY_REFUSED',
      message: expect.stringMatching(/aof-off.*Fix: appendonly yes/s),
    })
    const assumedDurable = { namespace: 'assumed', assume: { durability: 'durable' } } as const
    const repository = await prepared(url, assumedDurable)
    await repository.write([{ record: record(1), expected: null }], deadline())
    await client(url).save()
    await kill()
    await start()
    // The snapshot contains the record and the preparation note.
    expect((await connect(url, assumedDurable).open()).map(({ code }) => code)).toEqual([
      'aof-off',
      'server-restarted',
    ])
    const again = await prepared(url, assumedDurable)
    expect(await again.read([key(1)], deadline())).toMatchObject([{ key: key(1) }])
    expect((await again.open()).map(({ code }) => code)).toEqual(['aof-off'])
  })
})

describe('migrate()', () => {
  test('with dryRun returns the commands and the grants; without it, stores the note once', async () => {
    const namespace = crypto.randomUUID()
    const repository = connect(inject('redis'), { namespace })
    await repository.open()
    const [set, ...comments] = await repository.migrate(true)
    expect(set).toMatch(`SET tokenward:{${namespace}} '{"layout":3,"runIds":[`)
    expect(comments.join('\n')).toMatch(/^# .*\n# ACL SETUSER verify on .*\n# ACL SETUSER write/)
    expect(await client().get(`tokenward:{${namespace}}`)).toBeNull()
    expect(await repository.migrate(false)).toEqual([set, ...comments])
    expect(await repository.migrate(true)).toEqual([])
    expect(await repository.migrate(false)).toEqual([])
  })

  test('by a user that may not read the settings guarantees nothing', async () => {
    const namespace = crypto.randomUUID()
    const { migrate } = await makeAccounts([inject('redis')])
    const blind = new URL(migrate)
    await client().acl('SETUSER', blind.username, '-config|get')
    const repository = await prepared(blind.href, { namespace })
    const [finding] = await repository.open()
    expect(finding).toMatchObject({ code: 'appendfsync-unknown', downgrades: reverting })
  })
})
