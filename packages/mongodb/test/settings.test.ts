import { describe, expect, test } from 'vitest'
import { findingsOf } from '../src/capabilities.ts'
import type { Document } from '../src/index.ts'
import { mongodb } from '../src/index.ts'
import { COLLECTION } from '../src/schema.ts'
import type { Settings } from '../src/settings.ts'
import { disguised } from './disguised.ts'
import { client, connect, look, newDatabase, prepared } from './support.ts'

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
const untrue = { ...reverting, linearizable: false }
const lost = { ...reverting, failoverSafe: false }

test.each<[string, Partial<Settings>, object | undefined]>([
  ['replica', { writable: false }, untrue],
  ['direct-connection', { direct: true }, untrue],
  ['standalone', { kind: 'standalone', members: 1 }, { notifications: false, failoverSafe: false }],
  ['in-memory', { persistent: false }, lost],
  ['journal-disabled', { journaled: false }, lost],
  ['collation', { collation: '{"locale":"en"}' }, untrue],
  ['shard-key', { kind: 'router', shardKey: '{"namespace":1}' }, untrue],
  ['shard-key', { kind: 'router', shardKey: '{"_id":1,"namespace":1}' }, untrue],
  ['missing-index', { missingIndexes: ['by_group'] }, undefined],
  ['authorization-disabled', { authorization: false }, undefined],
])('%s: found in %j, lowers %j', (code, change, downgrades) => {
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
])('nothing is found where all is well: %j', (change) => {
  expect(findingsOf({ ...safe, ...change })).toEqual([])
})

describe('open()', () => {
  test('finds nothing on a server as it comes, before and after migrate()', async () => {
    const repository = await prepared(await newDatabase())
    expect(await repository.open()).toEqual([])
    expect(await connect(await newDatabase()).open()).toEqual([])
  })

  test('a collation of the collection, and an index that is gone', async () => {
    const url = await newDatabase()
    await prepared(url)
    await look(url).collection(COLLECTION).dropIndex('by_group')
    expect(await connect(url).open()).toMatchObject([{ code: 'missing-index' }])
    const collated = await newDatabase()
    const collation = { locale: 'en', strength: 2 }
    await look(collated).createCollection(COLLECTION, { collation })
    expect(await prepared(collated).then((repository) => repository.open())).toMatchObject([
      { code: 'collation', downgrades: untrue },
    ])
  })

  test('what the operator assumes is only reported', async () => {
    const url = await newDatabase()
    const server = disguised(client(url), {
      hello: (reply) => ({ ...reply, isWritablePrimary: false }),
    })
    expect(await connect(server).open()).toMatchObject([{ code: 'replica', downgrades: untrue }])
    const assumed = connect(server, { assume: { durability: 'durable' } })
    expect(await assumed.open()).toMatchObject([{ downgrades: { linearizable: false } }])
    expect((await assumed.open())[0]?.downgrades).not.toHaveProperty('durability')
    const evicting = mongodb(url, { assume: { durability: 'evicting' } })
    expect(evicting.capabilities.durability).toBe('evicting')
  })

  // No such server is here: what they answer is in the manual.
  test.each<[string, Record<string, (reply: Document) => Document>, string]>([
    ['a single server', { hello: ({ setName: _, ...rest }) => rest }, 'standalone'],
    ['a set of several, asked directly', { hello: () => several }, 'direct-connection'],
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
    const server = disguised(client(await newDatabase()), replies)
    expect((await connect(server).open()).map((finding) => finding.code)).toEqual([code])
  })

  describe('authorization that is off', () => {
    const parsed = (security?: object) => () => ({ parsed: { ...(security && { security }) } })
    const at = async (host: string, security?: object) => {
      const real = client(await newDatabase())
      const replies = {
        getCmdLineOpts: parsed(security),
        hello: () => ({ ...several, hosts: [], passives: [] }),
      }
      const server = { ...disguised(real, replies), options: { hosts: [{ host }] } }
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
      const server = { ...disguised(real, replies), options: { hosts: [{ host: 'localhost' }] } }
      const codes = (await connect(server).open()).map(({ code }) => code)
      expect(codes).toEqual(['authorization-disabled'])
    })
  })

  test.each([
    ['a lost connection', { name: 'MongoNetworkError' }],
    ['a server that shuts down', { code: 11_600 }],
  ])('rejects where a setting could not be read: %s', async (_, properties) => {
    const lost = () => {
      throw Object.assign(new Error('not answered'), properties)
    }
    for (const command of ['serverStatus', 'getCmdLineOpts', 'listCollections', 'listIndexes']) {
      const server = disguised(client(await newDatabase()), { [command]: lost })
      await expect(connect(server).open(), command).rejects.toThrow('not answered')
    }
  })

  test('a server before MongoDB 8.0 is of no use', async () => {
    const old = disguised(client(await newDatabase()), {
      hello: (reply) => ({ ...reply, maxWireVersion: 21 }),
    })
    await expect(connect(old).open()).rejects.toThrow('MongoDB 8.0')
  })

  test('who may see nothing finds nothing', async () => {
    const denied = () => {
      throw Object.assign(new Error('not authorized'), { code: 13 })
    }
    const hidden = ['serverStatus', 'getCmdLineOpts', 'listCollections', 'listIndexes']
    const replies = Object.fromEntries(hidden.map((name) => [name, denied]))
    const server = disguised(client(await newDatabase()), replies)
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

test('each read concern claims what it can keep', () => {
  const claims = (readConcern?: 'majority' | 'linearizable') =>
    mongodb('mongodb://h/app', readConcern ? { readConcern } : {}).capabilities.linearizable
  expect([claims(), claims('majority'), claims('linearizable')]).toEqual([false, false, true])
})
