import { repositoryCalls } from '@tokenward/conformance/harness'
import type { Db } from 'mongodb'
import { describe, expect, test } from 'vitest'
import type { Document } from '../src/index.ts'
import { COLLECTION, MIGRATIONS, SCHEMA_ID, VERSION } from '../src/schema.ts'
import { withFakeReplies } from './fake-replies.ts'
import {
  type Complete,
  client,
  connect,
  databaseOf,
  deadline,
  key,
  newDatabase,
  prepared,
  record,
} from './support.ts'

async function catalogue(db: Db): Promise<unknown> {
  const [collection] = await db.listCollections({ name: COLLECTION }).toArray()
  if (!collection || !('options' in collection)) return null
  const indexes = await db.collection(COLLECTION).indexes()
  return { options: collection.options, indexes, schema: await schemaOf(db) }
}

function schemaOf(db: Db) {
  return db.collection<{ _id: string }>(COLLECTION).findOne({ _id: SCHEMA_ID })
}

async function setVersion(db: Db, version: number): Promise<void> {
  const schema = db.collection<{ _id: string }>(COLLECTION)
  await schema.updateOne({ _id: SCHEMA_ID }, { $set: { version } })
}

async function opened(url: string): Promise<Complete> {
  const repository = connect(url)
  await repository.open()
  return repository
}

describe('migrate', () => {
  test('with dryRun returns the commands; without it, runs them once', async () => {
    const url = await newDatabase()
    const repository = await opened(url)
    const statements = await repository.migrate(true)
    expect(statements.join('\n')).toContain('"create":"tokenward_records"')
    expect(statements.join('\n')).toContain('// db.runCommand({"createRole":"verify"')
    expect(await catalogue(databaseOf(url))).toBeNull()
    expect(await repository.migrate(false)).toEqual(statements)
    expect(await repository.migrate(true)).toEqual([])
    expect(await repository.migrate(false)).toEqual([])
  })

  test('the returned commands create the same schema when run by hand', async () => {
    const [byHand, byMigrate] = [await newDatabase(), await newDatabase()]
    const db = databaseOf(byHand)
    for (const statement of await (await opened(byHand)).migrate(true)) {
      const [, command] = /^db\.runCommand\((.*)\)$/.exec(statement) ?? []
      if (command !== undefined) await db.command(JSON.parse(command))
    }
    await prepared(byMigrate)
    const made = await catalogue(db)
    expect(made).toMatchObject({ schema: { version: VERSION } })
    expect(made).toEqual(await catalogue(databaseOf(byMigrate)))
  })

  test('concurrent migrations, and one that continues another, create the same schema', async () => {
    const [url, halfWay] = [await newDatabase(), await newDatabase()]
    const repositories = await Promise.all(Array.from({ length: 6 }, () => opened(url)))
    await Promise.all(repositories.map((repository) => repository.migrate(false)))
    await databaseOf(halfWay).createCollection(COLLECTION)
    await expect((await opened(halfWay)).read([key(1)], deadline())).rejects.toThrow(
      'run prepare()',
    )
    await prepared(halfWay)
    expect(await catalogue(databaseOf(halfWay))).toEqual(await catalogue(databaseOf(url)))
  })

  test('an upsert that conflicts with another process is sent again', async () => {
    const url = await newDatabase()
    const sent: Document[] = []
    let conflicts = 0
    const conflict = (reply: Document) =>
      conflicts++ === 0 ? { ...reply, n: 0, writeErrors: [{ index: 0, code: 11_000 }] } : reply
    const repository = connect(withFakeReplies(client(url), { update: conflict }, sent))
    await repository.open()
    await repository.migrate(false)
    const [version] = MIGRATIONS[0]?.slice(-1) ?? []
    expect(sent.filter((command) => command === version)).toHaveLength(2)
    expect(await repository.migrate(true)).toEqual([])
  })

  test('an index is built again where another process aborted it', async () => {
    const sent: Document[] = []
    let builds = 0
    const createIndexes = (reply: Document) => {
      if (builds++ > 0) return reply
      throw Object.assign(new Error('dropped meanwhile'), { code: 276 })
    }
    const server = withFakeReplies(client(await newDatabase()), { createIndexes }, sent)
    const repository = connect(server)
    await repository.open()
    await repository.migrate(false)
    const [, first] = MIGRATIONS[0] ?? []
    expect(sent.filter((command) => command === first)).toHaveLength(2)
  })

  test.each<[string, (reply: Document) => Document, string]>([
    [
      'update',
      (reply) => ({ ...reply, writeErrors: [{ index: 0, code: 13, errmsg: 'x' }] }),
      'lacks a right',
    ],
    [
      'create',
      (reply) => ({ ...reply, writeConcernError: { code: 64, errmsg: 'x' } }),
      'too few members',
    ],
  ])('rejects where %s failed in a reply that is ok', async (command, reply, message) => {
    const repository = connect(withFakeReplies(client(await newDatabase()), { [command]: reply }))
    await repository.open()
    await expect(repository.migrate(false)).rejects.toThrow(message)
  })

  test('the validator accepts records and refuses other documents', async () => {
    const url = await newDatabase()
    await prepared(url)
    const records = databaseOf(url).collection<{ _id: unknown }>(COLLECTION)
    const whole = {
      namespace: 'n',
      kind: 'token',
      state: 'active',
      etag: 'e',
      createdAt: new Date(0),
      expiresAt: new Date(),
      retainUntil: new Date(8.64e15),
      groups: ['g'],
      body: '',
    }
    await records.insertOne({ _id: key(1), ...whole })
    const { body: _, ...bodiless } = whole
    for (const wrong of [
      { _id: key(2) },
      { _id: key(2), ...bodiless },
      { _id: { a: 1 }, ...whole },
      { _id: key(2), ...whole, state: 'alive' },
      { _id: key(2), ...whole, retainUntil: Date.now() },
      { _id: key(2), ...whole, createdAt: undefined },
      { _id: key(2), ...whole, createdAt: Date.now() },
      { _id: key(2), ...whole, groups: 'g' },
    ]) {
      await expect(records.insertOne(wrong), JSON.stringify(wrong)).rejects.toThrow('validation')
    }
  })

  test('the TTL index deletes a record an hour after its retention ends', async () => {
    const url = await newDatabase()
    await prepared(url)
    const indexes = await databaseOf(url).collection(COLLECTION).indexes()
    const expiring = indexes.filter((index) => 'expireAfterSeconds' in index)
    expect(expiring).toMatchObject([{ key: { retainUntil: 1 }, expireAfterSeconds: 3_600 }])
  })
})

describe('from version 1', () => {
  const [create = [], upgrade = []] = MIGRATIONS

  async function version1(documents: Document[] = []): Promise<string> {
    const url = await newDatabase()
    for (const command of create) await databaseOf(url).command(command)
    if (documents.length > 0) {
      const options = { bypassDocumentValidation: true }
      await databaseOf(url).collection(COLLECTION).insertMany(documents, options)
    }
    return url
  }

  /** As version 1 stored it. */
  const documentOf = (n: number, body: unknown = '{}') => ({
    _id: `7:default:${key(n)}` as never,
    namespace: 'default',
    kind: 'session',
    state: 'active',
    etag: `etag-${n}`,
    expiresAt: new Date(8e12),
    retainUntil: new Date(8e12),
    groups: ['g'],
    body,
  })

  test('records stay readable, are listed as the oldest, and can be replaced', async () => {
    const url = await version1([documentOf(1), documentOf(2), documentOf(3, 7), documentOf(4)])
    await expect((await opened(url)).read([key(1)], deadline())).rejects.toThrow('run prepare()')
    const repository = await prepared(url)
    const expected = [4, 2, 1].map((n) => ({ key: key(n), etag: `etag-${n}`, createdAt: 0 }))
    for (const group of ['g', null]) {
      expect(await repository.list(group, null, 9, deadline())).toMatchObject(expected)
    }
    const keys = [key(1), key(3)]
    expect(await repository.read(keys, deadline())).toMatchObject([
      { kind: 'session', createdAt: 0, retainUntil: 8e12 },
      { kind: 'corrupt', etag: 'etag-3' },
    ])
    const writes = [1, 3].map((n) => ({
      record: record(n, { createdAt: 0, groups: ['g'] }),
      expected: `etag-${n}`,
    }))
    writes.push({ record: record(5, { groups: ['g'] }), expected: null as never })
    expect(await repository.write(writes, deadline())).toEqual([true, true, true])
    const listed = await repository.list('g', null, 9, deadline())
    expect(listed.map((each) => each.key)).toEqual([5, 4, 3, 2, 1].map((n) => key(n)))
  })

  test('after the migration a process of version 1 cannot store a record', async () => {
    const url = await version1()
    await prepared(url)
    const late = databaseOf(url).collection<Document>(COLLECTION).insertOne(documentOf(1))
    await expect(late).rejects.toThrow('validation')
  })

  test('a migration that stopped after any command can be repeated', async () => {
    const whole = await newDatabase()
    await prepared(whole)
    for (const count of upgrade.keys()) {
      const url = await version1([documentOf(1)])
      for (const command of upgrade.slice(0, count)) await databaseOf(url).command(command)
      const repository = await prepared(url)
      expect(await catalogue(databaseOf(url)), `${count}`).toEqual(
        await catalogue(databaseOf(whole)),
      )
      expect(await repository.list(null, null, 9, deadline())).toMatchObject([{ createdAt: 0 }])
    }
  })
})

describe('NOT_PREPARED', () => {
  const notPrepared = { code: 'TOKENWARD_NOT_PREPARED' }

  test.each(Object.entries(repositoryCalls))(
    '%s rejects on a database without the collection',
    async (_, call) => {
      await expect(call(await opened(await newDatabase()))).rejects.toMatchObject(notPrepared)
    },
  )

  test.each(Object.entries(repositoryCalls))(
    '%s rejects when the version changes',
    async (_, call) => {
      const url = await newDatabase()
      const repository = await prepared(url)
      await expect(call(repository)).resolves.toBeDefined()
      for (const [version, todo] of [
        [99, 'update @tokenward/mongodb'],
        [0, 'run prepare()'],
      ] as const) {
        await setVersion(databaseOf(url), version)
        await expect(call(repository)).rejects.toMatchObject({
          ...notPrepared,
          message: expect.stringContaining(todo),
        })
      }
    },
  )

  test('linearizable reads reject too', async () => {
    const url = await newDatabase()
    const repository = connect(url, { readConcern: 'linearizable' })
    await repository.open()
    await expect(repository.read([key(1)], deadline())).rejects.toMatchObject(notPrepared)
  })

  test('calls reject when the collection is dropped after open()', async () => {
    const url = await newDatabase()
    const repository = await prepared(url)
    await databaseOf(url).collection(COLLECTION).drop()
    for (const call of Object.values(repositoryCalls)) {
      await expect(call(repository)).rejects.toMatchObject(notPrepared)
    }
  })

  test('migrate() rejects on a newer version, and changes nothing', async () => {
    const url = await newDatabase()
    const repository = await prepared(url)
    await setVersion(databaseOf(url), 99)
    await expect(repository.migrate(true)).rejects.toMatchObject(notPrepared)
    await expect(repository.migrate(false)).rejects.toMatchObject(notPrepared)
    expect(await schemaOf(databaseOf(url))).toMatchObject({ version: 99 })
  })

  test('calls work on an empty collection', async () => {
    const url = await newDatabase()
    const repository = await prepared(url)
    await repository.write([{ record: record(1), expected: null }], deadline())
    await databaseOf(url).collection(COLLECTION).deleteMany({ namespace: 'default' })
    expect(await repository.read([key(1)], deadline())).toEqual([null])
  })
})
