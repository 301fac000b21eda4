import { createTokenward, generateKeys } from '@tokenward/core'
import { describe, expect, inject, test } from 'vitest'
import type { Circumstances, Settings } from '../src/capabilities.ts'
import { findingsOf } from '../src/findings.ts'
import { noteOf } from '../src/settings.ts'
import { makeAccounts } from './accounts.ts'
import { DURABLE } from './server.ts'
import { client, connect, isTheirs, key, prepared, record, soon, startOwn } from './support.ts'

const safe: Settings = {
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

function found(change: Partial<Settings>, more: Partial<Circumstances> = {}) {
  return findingsOf({
    servers: [{ ...safe, ...change }],
    note: null,
    sentinels: false,
    writers: [],
    ...more,
  })
}

test.each<[string, Partial<Settings>, object | undefined]>([
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
])('%s: found in %j, lowers %j', (code, change, downgrades) => {
  expect(found(change)).toEqual([
    {
      code,
      message: expect.stringMatching(/./),
      fix: expect.stringMatching(/./),
      ...(downgrades && { downgrades }),
    },
  ])
})

test('nothing is found where all is well', () => {
  expect(found({})).toEqual([])
  expect(found({ version: '10.0.1', maxmemory: 1 })).toEqual([])
  expect(found({ eviction: 'allkeys-lru' }), 'nothing to evict for').toEqual([])
})

test('Sentinels make another primary, also while no replica is connected', () => {
  expect(found({}, { sentinels: true })).toMatchObject([{ code: 'asynchronous-failover' }])
})

test('who may not look trusts the note of who might', () => {
  const note = { runIds: ['a'], fsync: 'always', snapshots: false }
  expect(found({ fsync: null }, { note })).toEqual([])
  const weak = { ...note, fsync: 'everysec' }
  expect(found({ fsync: null }, { note: weak })).toMatchObject([{ code: 'appendfsync-not-always' }])
  expect(found({ fsync: 'no' }, { note })).toMatchObject([{ code: 'appendfsync-not-always' }])
  const memory = { aof: false, snapshots: null }
  expect(found(memory, { note })).toMatchObject([{ code: 'no-persistence' }])
})

test('a restart is found where something may have gone back, and nowhere else', () => {
  const note = { runIds: ['b', 'c'], fsync: 'always', snapshots: true }
  expect(found({}, { note })).toEqual([])
  expect(found({ aof: false }, { note })).toMatchObject([
    { code: 'aof-off' },
    { code: 'server-restarted', message: expect.stringContaining('run_id:a') },
  ])
  expect(found({ aof: false, runId: 'c' }, { note })).toHaveLength(1)
})

test('of several servers the worst counts, and is told once', () => {
  const servers = [safe, { ...safe, aof: false }, { ...safe, aof: false }]
  expect(findingsOf({ servers, note: null, sentinels: false, writers: [] })).toMatchObject([
    { code: 'aof-off' },
  ])
})

test('a note tells the worst of several servers', () => {
  const note = (...servers: Partial<Settings>[]) =>
    JSON.parse(noteOf({ servers: servers.map((each) => ({ ...safe, ...each })) }))
  expect(note({ runId: 'b' }, { runId: 'a' })).toEqual({
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
  test('finds nothing where all is well, before and after it is prepared', async () => {
    const repository = await prepared()
    expect(await repository.open()).toEqual([])
    expect(await connect().open()).toEqual([])
  })

  test('changes nothing', async () => {
    const namespace = crypto.randomUUID()
    await connect(inject('redis'), { namespace }).open()
    expect(await client().keys(`tokenward:{${namespace}*`)).toEqual([])
  })

  test('looks again each time', async () => {
    if (isTheirs) return
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

  test('an evicting server is evicting; what the operator assumes is only reported', async () => {
    if (isTheirs) return
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

  test('a server in memory alone is evicting, until it has a snapshot', async () => {
    if (isTheirs) return
    const { url, kill, start } = await startOwn({ save: '', maxmemory: '64mb' })
    const evicting = [{ code: 'no-persistence', downgrades: { durability: 'evicting' } }]
    const regresses = [{ code: 'aof-off', downgrades: reverting }]
    expect(await connect(url).open()).toMatchObject(evicting)
    await client(url).set('anything', 'x')
    await client(url).save()
    expect(await connect(url).open()).toMatchObject(regresses)
    await kill()
    await start()
    expect(await connect(url).open(), 'it began with one').toMatchObject(regresses)
  })

  test('a server as it comes is refused, and one that was vouched for tells its restarts', async () => {
    if (isTheirs) return
    const { url, kill, start } = await startOwn({})
    const options = { issuer: 'https://api.example', keys: await generateKeys() }
    const made = createTokenward({ ...options, repository: connect(url) })
    await expect(made).rejects.toMatchObject({
      code: 'TOKENWARD_POLICY_REFUSED',
      message: expect.stringMatching(/aof-off.*Fix: appendonly yes/s),
    })
    const vouched = { namespace: 'vouched', assume: { durability: 'durable' } } as const
    const repository = await prepared(url, vouched)
    await repository.write([{ record: record(1), expected: null }], soon())
    await client(url).save()
    await kill()
    await start()
    // What the snapshot knew is there, and so is the note.
    expect((await connect(url, vouched).open()).map(({ code }) => code)).toEqual([
      'aof-off',
      'server-restarted',
    ])
    const again = await prepared(url, vouched)
    expect(await again.read([key(1)], soon())).toMatchObject([{ key: key(1) }])
    expect((await again.open()).map(({ code }) => code)).toEqual(['aof-off'])
  })
})

describe('migrate()', () => {
  test('says what it would do, does it once, and prints the grants', async () => {
    const namespace = crypto.randomUUID()
    const repository = connect(inject('redis'), { namespace })
    await repository.open()
    const [set, ...comments] = await repository.migrate(true)
    expect(set).toMatch(`SET tokenward:{${namespace}} '{"runIds":[`)
    expect(comments.join('\n')).toMatch(/^# .*\n# ACL SETUSER verify on .*\n# ACL SETUSER write/)
    expect(await client().get(`tokenward:{${namespace}}`)).toBeNull()
    expect(await repository.migrate(false)).toEqual([set, ...comments])
    expect(await repository.migrate(true)).toEqual([])
    expect(await repository.migrate(false)).toEqual([])
  })

  test('by whoever may not look vouches for nothing', async () => {
    const namespace = crypto.randomUUID()
    const { migrate } = await makeAccounts([inject('redis')])
    const blind = new URL(migrate)
    await client().acl('SETUSER', blind.username, '-config|get')
    const repository = await prepared(blind.href, { namespace })
    const [finding] = await repository.open()
    expect(finding).toMatchObject({ code: 'appendfsync-unknown', downgrades: reverting })
  })
})
