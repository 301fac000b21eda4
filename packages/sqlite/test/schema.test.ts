import { repositoryCalls } from '@tokenward/conformance/harness'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sqlite } from '../src/index.ts'
import { type Complete, database, newFile, prepared, record, soon } from './support.ts'

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
    database(file).exec('CREATE TABLE tokenward_records_by_group_5 (anything)')
    const repository = sqlite(file) as Complete
    onTestFinished(() => repository.close())
    await repository.open()
    await expect(repository.migrate(false)).rejects.toThrow('tokenward_records_by_group_5')
    expect(tables(file)).toEqual([{ name: 'tokenward_records_by_group_5' }])
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
