import { repositoryCalls } from '@tokenward/conformance/harness'
import type { StoredRecord } from '@tokenward/core/adapter'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sqlite } from '../src/index.ts'
import { MIGRATIONS } from '../src/schema.ts'
import { type Complete, database, etag, key, newFile, prepared, record, soon } from './support.ts'

function tables(file: string): unknown[] {
  return database(file).prepare('SELECT name FROM sqlite_schema ORDER BY name').all()
}

describe('migrate', () => {
  test('lists the statements, runs them, and then has none left', async () => {
    const file = newFile()
    const repository = sqlite(file) as Complete
    onTestFinished(() => repository.close())
    await repository.open()
    expect(tables(file)).toEqual([])

    const statements = await repository.migrate(true)
    expect(statements.join('\n')).toContain('CREATE TABLE tokenward_records')
    expect(tables(file)).toEqual([])

    expect(await repository.migrate(false)).toEqual(statements)
    expect(tables(file)).not.toEqual([])
    expect(await repository.migrate(true)).toEqual([])
    expect(await repository.migrate(false)).toEqual([])
  })

  test('the listed statements, run by hand, make the same schema', async () => {
    const repository = sqlite(newFile()) as Complete
    onTestFinished(() => repository.close())
    await repository.open()
    const [byHand, byMigrate] = [newFile(), newFile()]
    for (const statement of await repository.migrate(true)) database(byHand).exec(statement)
    await prepared(byMigrate)
    const schema = 'SELECT type, name, sql FROM sqlite_schema ORDER BY name'
    expect(database(byHand).prepare(schema).all()).toEqual(
      database(byMigrate).prepare(schema).all(),
    )
  })

  test('keeps existing records', async () => {
    const repository = await prepared(newFile())
    const stored = record(1)
    await repository.write([{ record: stored, expected: null }], soon())
    await repository.migrate(false)
    expect(await repository.read([stored.key], soon())).toEqual([stored])
  })

  test('keeps the records of version 1, as the oldest of each list', async () => {
    const file = newFile()
    const handle = database(file)
    for (const statement of MIGRATIONS[0] ?? []) handle.exec(statement)
    const old = [2, 1].map((n) => record(n, { createdAt: 0, groups: ['g', 'h'] }))
    const insert = handle.prepare(
      'INSERT INTO tokenward_records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    for (const each of old) {
      const { key, kind, state, etag, expiresAt, retainUntil, groups, body } = each
      const list = JSON.stringify(groups)
      insert.run('default', key, kind, state, etag, expiresAt, retainUntil, list, body)
    }

    const repository = await prepared(file)
    expect(await repository.read([key(2), key(1)], soon())).toEqual(old)
    const made = record(3, { groups: ['g'] })
    const [newest, oldest] = old as [StoredRecord, StoredRecord]
    const changed = { ...oldest, state: 'revoked', etag: etag() } as const
    const writes = [
      { record: changed, expected: oldest.etag },
      { record: made, expected: null },
    ]
    expect(await repository.write(writes, soon())).toEqual([true, true])
    for (const group of ['g', null]) {
      expect(await repository.list(group, null, 9, soon())).toEqual([made, newest, changed])
      expect(await repository.list(group, newest, 9, soon())).toEqual([changed])
    }
    expect(await repository.list('h', null, 9, soon())).toEqual([newest, changed])
    handle.exec('DELETE FROM tokenward_records')
    expect(handle.prepare('SELECT * FROM tokenward_groups').all()).toEqual([])
  })

  test('does not change what belongs to the application', async () => {
    const file = newFile()
    const application = database(file)
    application.exec('PRAGMA user_version = 7; PRAGMA application_id = 9; CREATE TABLE app (id)')
    await prepared(file)
    expect(application.prepare('PRAGMA user_version').get()).toEqual({ user_version: 7 })
    expect(application.prepare('PRAGMA application_id').get()).toEqual({ application_id: 9 })
    expect(application.prepare('SELECT count(*) AS n FROM app').get()).toEqual({ n: 0 })
  })

  test('changes nothing where one statement fails', async () => {
    const file = newFile()
    database(file).exec('CREATE TABLE tokenward_groups (anything)')
    const repository = sqlite(file) as Complete
    onTestFinished(() => repository.close())
    await repository.open()
    await expect(repository.migrate(false)).rejects.toThrow('tokenward_groups')
    expect(tables(file)).toEqual([{ name: 'tokenward_groups' }])
  })
})

describe('NOT_PREPARED', () => {
  const notPrepared = { code: 'TOKENWARD_NOT_PREPARED' }

  test.each(Object.entries(repositoryCalls))('%s on a file without the tables', async (_, call) => {
    const repository = sqlite(newFile()) as Complete
    onTestFinished(() => repository.close())
    await repository.open()
    await expect(call(repository)).rejects.toMatchObject(notPrepared)
  })

  test.each(Object.entries(repositoryCalls))(
    '%s when tables of a newer version appear',
    async (_, call) => {
      const file = newFile()
      const repository = await prepared(file)
      await expect(call(repository)).resolves.toBeDefined()
      database(file).exec('UPDATE tokenward_schema SET version = 99')
      await expect(call(repository)).rejects.toMatchObject(notPrepared)
    },
  )

  test('migrate on a newer version, which it leaves unchanged', async () => {
    const file = newFile()
    const repository = await prepared(file)
    database(file).exec('UPDATE tokenward_schema SET version = 99')
    await expect(repository.migrate(true)).rejects.toMatchObject(notPrepared)
    await expect(repository.migrate(false)).rejects.toMatchObject(notPrepared)
    expect(database(file).prepare('SELECT version FROM tokenward_schema').get()).toEqual({
      version: 99,
    })
  })

  test('does not reject where the tables exist and the records are deleted', async () => {
    const file = newFile()
    const repository = await prepared(file)
    const stored = record(1)
    await repository.write([{ record: stored, expected: null }], soon())
    database(file).exec('DELETE FROM tokenward_records')
    expect(await repository.read([stored.key], soon())).toEqual([null])
  })
})
