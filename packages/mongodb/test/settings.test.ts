import { createTokenward, generateKeys } from '@tokenward/core'
import { describe, expect, test } from 'vitest'
import { findingsOf } from '../src/findings.ts'
import type { Document } from '../src/index.ts'
import { mongodb } from '../src/index.ts'
import { COLLECTION } from '../src/schema.ts'
import type { Settings } from '../src/settings.ts'
import { withFakeReplies } from './fake-replies.ts'
import { client, connect, databaseOf, newDatabase, prepared } from './support.ts'

const safe: Settings = {
  kind: 'replica-set',
  writable: true,
  members: 3,
  direct: false,
  persistent: true,
  journaled: null,
  collation: null,
  shardKey: null,
  missingIndexes: [],
  authorization: null,
  loopback: false,
}
const reverting = { durability: 'reverting' }
const stale = { ...reverting, linearizable: false }
const lost = { ...reverting, failoverSafe: false }

test.each<[string, Partial<Settings>, object | undefined]>([
  ['replica', { writable: false }, stale],
  ['direct-connection', { direct: true }, stale],
  [
    'standalone',
    { kind: 'standalone', members: 1 },
    { notifications: false, failoverSafe: false, linearizable: false },
  ],
  ['in-memory', { persistent: false }, lost],
  ['journal-disabled', { journaled: false }, lost],
  ['collation', { collation: '{"locale":"en"}' }, stale],
  ['shard-key', { kind: 'router', shardKey: '{"namespace":1}' }, stale],
  ['shard-key', { kind: 'router', shardKey: '{"_id":1,"namespace":1}' }, stale],
  ['missing-index', { missingIndexes: ['newest_of_group'] }, undefined],
  ['authorization-disabled', { authorization: false }, undefined],
])('finding %s: %j lowers %j', (code, change, downgrades) => {
  expect(findingsOf({ ...safe, ...change })).toEqual([
    {
      code,
      message: expect.stringMatching(/./),
      fix: expect.stringMatching(/./),
      ...(downgrades && { downgrades }),
    },
  ])
})

test.each<Partial<Settings>>([
  {},
  { direct: true, members: 1 },
  { persistent: null, journaled: true },
  { kind: 'router', shardKey: null },
  { kind: 'router', shardKey: '{"_id":"hashed"}' },
  { kind: 'router', shardKey: '{"_id":1}' },
  { authorization: true },
  { authorization: false, loopback: true },
])('safe settings have no findings: %j', (change) => {
  expect(findingsOf({ ...safe, ...change })).toEqual([])
})

describe('open()', () => {
  test('has no findings on a server with default settings, before and after migrate()', async () => {
    const repository = await prepared(await newDatabase())
    expect(await repository.open()).toEqual([])
    expect(await connect(await newDatabase()).open()).toEqual([])
  })

  test('finds a collation and a missing index', async () => {
    const url = await newDatabase()
    await prepared(url)
    await databaseOf(url).collection(COLLECTION).dropIndex('newest_of_group')
    expect(await connect(url).open()).toMatchObject([{ code: 'missing-index' }])
    const collated = await newDatabase()
    const collation = { locale: 'en', strength: 2 }
    await databaseOf(collated).createCollection(COLLECTION, { collation })
    expect(await prepared(collated).then((repository) => repository.open())).toMatchObject([
      { code: 'collation', downgrades: stale },
    ])
  })

  test('a finding does not lower what assume guarantees', async () => {
    const url = await newDatabase()
    const server = withFakeReplies(client(url), {
      hello: (reply) => ({ ...reply, isWritablePrimary: false }),
    })
    expect(await connect(server).open()).toMatchObject([{ code: 'replica', downgrades: stale }])
    const assumed = connect(server, { assume: { durability: 'durable' } })
    expect(await assumed.open()).toMatchObject([{ downgrades: { linearizable: false } }])
    expect((await assumed.open())[0]?.downgrades).not.toHaveProperty('durability')
    const both = connect(server, { assume: { durability: 'durable', linearizable: true } })
    expect(await both.open()).toMatchObject([{ code: 'replica' }])
    expect((await both.open())[0]).not.toHaveProperty('downgrades')
    const evicting = mongodb(url, { assume: { durability: 'evicting' } })
    expect(evicting.capabilities.durability).toBe('evicting')
  })

  // The tests have no such server: the replies are taken from the manual.
  test.each<[string, Record<string, (reply: Document) => Document>, string]>([
    ['a single server', { hello: ({ setName: _, ...rest }) => rest }, 'standalone'],
    [
      'a direct connection to a set of several members',
      { hello: () => several },
      'direct-connection',
    ],
    [
      'a storage engine in memory',
      { serverStatus: () => ({ storageEngine: { persistent: false } }) },
      'in-memory',
    ],
    [
      'no journal',
      { getCmdLineOpts: () => ({ parsed: { storage: { journal: { enabled: false } } } }) },
      'journal-disabled',
    ],
    [
      'a router, and another shard key',
      {
        hello: ({ setName: _, ...rest }) => ({ ...rest, msg: 'isdbgrid' }),
        find: () => ({ cursor: { id: 0, firstBatch: [{ key: { namespace: 1 } }] } }),
      },
      'shard-key',
    ],
  ])('%s', async (_, replies, code) => {
    const server = withFakeReplies(client(await newDatabase()), replies)
    expect((await connect(server).open()).map((finding) => finding.code)).toEqual([code])
  })

  describe('authorization-disabled', () => {
    const parsed = (security?: object) => () => ({ parsed: { ...(security && { security }) } })
    const at = async (host: string, security?: object) => {
      const real = client(await newDatabase())
      const replies = {
        getCmdLineOpts: parsed(security),
        hello: () => ({ ...several, hosts: [], passives: [] }),
      }
      const server = { ...withFakeReplies(real, replies), options: { hosts: [{ host }] } }
      return (await connect(server).open()).map(({ code }) => code)
    }

    test('is found on a server that is reached by a network', async () => {
      expect(await at('db.example')).toEqual(['authorization-disabled'])
      expect(await at('10.0.0.7', { authorization: 'disabled' })).toEqual([
        'authorization-disabled',
      ])
    })

    test.each(['localhost', '127.0.0.1', '127.1.2.3', '::1'])(
      'is not found at %s',
      async (host) => {
        expect(await at(host)).toEqual([])
      },
    )

    test.each([{ authorization: 'enabled' }, { keyFile: '/k' }, { clusterAuthMode: 'x509' }])(
      'is not found with %j',
      async (security) => {
        expect(await at('db.example', security)).toEqual([])
      },
    )

    test('is found where a member of the set is reached by a network', async () => {
      const real = client(await newDatabase())
      const replies = { getCmdLineOpts: parsed(), hello: () => several }
      const server = {
        ...withFakeReplies(real, replies),
        options: { hosts: [{ host: 'localhost' }] },
      }
      const codes = (await connect(server).open()).map(({ code }) => code)
      expect(codes).toEqual(['authorization-disabled'])
    })
  })

  test.each([
    ['a lost connection', { name: 'MongoNetworkError' }],
    ['a server that shuts down', { code: 11_600 }],
  ])('rejects when a setting could not be read: %s', async (_, properties) => {
    const lost = () => {
      throw Object.assign(new Error('no reply'), properties)
    }
    for (const command of ['serverStatus', 'getCmdLineOpts', 'listCollections', 'listIndexes']) {
      const server = withFakeReplies(client(await newDatabase()), { [command]: lost })
      await expect(connect(server).open(), command).rejects.toThrow('no reply')
    }
  })

  test('rejects a server before MongoDB 8.0', async () => {
    const old = withFakeReplies(client(await newDatabase()), {
      hello: (reply) => ({ ...reply, maxWireVersion: 21 }),
    })
    await expect(connect(old).open()).rejects.toThrow('MongoDB 8.0')
  })

  test('a user that may read no settings has no findings', async () => {
    const denied = () => {
      throw Object.assign(new Error('not authorized'), { code: 13 })
    }
    const hidden = ['serverStatus', 'getCmdLineOpts', 'listCollections', 'listIndexes']
    const replies = Object.fromEntries(hidden.map((name) => [name, denied]))
    const server = withFakeReplies(client(await newDatabase()), replies)
    expect(await connect(server).open()).toEqual([])
  })
})

const several = {
  isWritablePrimary: true,
  maxWireVersion: 25,
  setName: 'rs0',
  hosts: ['a:27017', 'b:27017'],
  passives: ['c:27017'],
}

test('linearizable and failoverSafe are claimed for linearizable reads only', () => {
  const claims = (readConcern?: 'majority' | 'linearizable') => {
    const options = readConcern ? { readConcern } : {}
    const { linearizable, failoverSafe } = mongodb('mongodb://h/app', options).capabilities
    return [linearizable, failoverSafe]
  }
  const [neither, both] = [
    [false, false],
    [true, true],
  ]
  expect([claims(), claims('majority'), claims('linearizable')]).toEqual([both, neither, both])
})

test('majority reads are refused, unless the operator guarantees that they are linearizable', async () => {
  const url = await newDatabase()
  await prepared(url)
  const options = { issuer: 'https://api.example.com', keys: await generateKeys() }
  const repository = connect(url, { readConcern: 'majority' })
  await expect(createTokenward({ ...options, repository })).rejects.toMatchObject({
    code: 'TOKENWARD_POLICY_REFUSED',
    findings: [{ code: 'not-linearizable', fix: expect.stringContaining('assume') }],
  })
  const assume = { linearizable: true } as const
  const guaranteed = connect(url, { readConcern: 'majority', assume })
  const tokens = await createTokenward({ ...options, repository: guaranteed })
  expect((await tokens.health()).capabilities).toMatchObject({ linearizable: true })
  await tokens.close()
})
