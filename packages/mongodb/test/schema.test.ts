import type { Db } from 'mongodb'
import { describe, expect, test } from 'vitest'
import type { Document } from '../src/index.ts'
import { COLLECTION, SCHEMA_ID } from '../src/schema.ts'
import { disguised } from './disguised.ts'
import {
  type Complete,
  client,
  connect,
  key,
  look,
  newDatabase,
  prepared,
  record,
  soon,
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

const calls: Record<string, (repository: Complete) => Promise<unknown>> = {
  read: (repository) => repository.read([key(1)], soon()),
  write: (repository) => repository.write([{ record: record(1), expected: null }], soon()),
  list: (repository) => repository.list(null, null, 10, soon()),
  'list of a group': (repository) => repository.list('g', null, 10, soon()),
  prune: (repository) => repository.prune(Date.now(), 10, false, soon()),
  'prune, dry': (repository) => repository.prune(Date.now(), 10, true, soon()),
}

describe('migrate', () => {
  test('says what it would do, does it, and then has nothing to do', async () => {
    const url = await newDatabase()
    const repository = await opened(url)
    const said = await repository.migrate(true)
    expect(said.join('\n')).toContain('"create":"tokenward_records"')
    expect(said.join('\n')).toContain('// db.runCommand({"createRole":"verify"')
    expect(await catalogue(look(url))).toBeNull()
    expect(await repository.migrate(false)).toEqual(said)
    expect(await repository.migrate(true)).toEqual([])
    expect(await repository.migrate(false)).toEqual([])
  })

  test('what it says is all that it does: by hand it comes to the same', async () => {
    const [byHand, byMigrate] = [await newDatabase(), await newDatabase()]
    const db = look(byHand)
    for (const statement of await (await opened(byHand)).migrate(true)) {
      const [, command] = /^db\.runCommand\((.*)\)$/.exec(statement) ?? []
      if (command !== undefined) await db.command(JSON.parse(command))
    }
    await prepared(byMigrate)
    const made = await catalogue(db)
    expect(made).toMatchObject({ schema: { version: 1 } })
    expect(made).toEqual(await catalogue(look(byMigrate)))
  })

  test('several processes at once, and one that stopped half-way, come to the same', async () => {
    const [url, halfWay] = [await newDatabase(), await newDatabase()]
    const repositories = await Promise.all(Array.from({ length: 6 }, () => opened(url)))
    await Promise.all(repositories.map((repository) => repository.migrate(false)))
    await look(halfWay).createCollection(COLLECTION)
    await expect((await opened(halfWay)).read([key(1)], soon())).rejects.toThrow('run prepare()')
    await prepared(halfWay)
    expect(await catalogue(look(halfWay))).toEqual(await catalogue(look(url)))
  })

  test('an upsert that met the upsert of another process is sent again', async () => {
    const url = await newDatabase()
    const sent: Document[] = []
    let conflicts = 0
    const conflict = (reply: Document) =>
      conflicts++ === 0 ? { ...reply, n: 0, writeErrors: [{ index: 0, code: 11_000 }] } : reply
    const repository = connect(disguised(client(url), { update: conflict }, sent))
    await repository.open()
    await repository.migrate(false)
    expect(sent.filter((command) => 'update' in command)).toHaveLength(2)
    expect(await repository.migrate(true)).toEqual([])
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
    const repository = connect(disguised(client(await newDatabase()), { [command]: reply }))
    await repository.open()
    await expect(repository.migrate(false)).rejects.toThrow(message)
  })

  test('its validator refuses what is no record, and takes what is', async () => {
    const url = await newDatabase()
    await prepared(url)
    const records = look(url).collection<{ _id: unknown }>(COLLECTION)
    const whole = {
      namespace: 'n',
      kind: 'token',
      state: 'active',
      etag: 'e',
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
      { _id: key(2), ...whole, groups: 'g' },
    ]) {
      await expect(records.insertOne(wrong), JSON.stringify(wrong)).rejects.toThrow('validation')
    }
  })

  test('what nobody prunes, the server takes, an hour after it was to be kept', async () => {
    const url = await newDatabase()
    await prepared(url)
    const indexes = await look(url).collection(COLLECTION).indexes()
    const expiring = indexes.filter((index) => 'expireAfterSeconds' in index)
    expect(expiring).toMatchObject([{ key: { retainUntil: 1 }, expireAfterSeconds: 3_600 }])
  })
})

describe('NOT_PREPARED', () => {
  const notPrepared = { code: 'TOKENWARD_NOT_PREPARED' }

  test.each(Object.entries(calls))('%s on a database without the collection', async (_, call) => {
    await expect(call(await opened(await newDatabase()))).rejects.toMatchObject(notPrepared)
  })

  test.each(Object.entries(calls))('%s when another version appears', async (_, call) => {
    const url = await newDatabase()
    const repository = await prepared(url)
    await expect(call(repository)).resolves.toBeDefined()
    for (const [version, todo] of [
      [99, 'update @tokenward/mongodb'],
      [0, 'run prepare()'],
    ] as const) {
      await setVersion(look(url), version)
      await expect(call(repository)).rejects.toMatchObject({
        ...notPrepared,
        message: expect.stringContaining(todo),
      })
    }
  })

  test('with linearizable reads too', async () => {
    const url = await newDatabase()
    const repository = connect(url, { readConcern: 'linearizable' })
    await repository.open()
    await expect(repository.read([key(1)], soon())).rejects.toMatchObject(notPrepared)
  })

  test('when the collection is dropped while it runs', async () => {
    const url = await newDatabase()
    const repository = await prepared(url)
    await look(url).collection(COLLECTION).drop()
    for (const call of Object.values(calls)) {
      await expect(call(repository)).rejects.toMatchObject(notPrepared)
    }
  })

  test('migrate on a newer version, and of nothing but the version', async () => {
    const url = await newDatabase()
    const repository = await prepared(url)
    await setVersion(look(url), 99)
    await expect(repository.migrate(true)).rejects.toMatchObject(notPrepared)
    await expect(repository.migrate(false)).rejects.toMatchObject(notPrepared)
    expect(await schemaOf(look(url))).toMatchObject({ version: 99 })
  })

  test('not where the collection is there and the records are gone', async () => {
    const url = await newDatabase()
    const repository = await prepared(url)
    await repository.write([{ record: record(1), expected: null }], soon())
    await look(url).collection(COLLECTION).deleteMany({ namespace: 'default' })
    expect(await repository.read([key(1)], soon())).toEqual([null])
  })
})
