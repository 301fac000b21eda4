import { repositoryCalls } from '@tokenward/conformance/harness'
import { describe, expect, test } from 'vitest'
import {
  type Complete,
  client,
  connect,
  key,
  newDatabase,
  prepared,
  record,
  soon,
} from './support.ts'

const CATALOGUE = `SELECT c.relname, c.relkind, c.reloptions, pg_get_indexdef(i.indexrelid) AS index,
    CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) END AS view,
    (SELECT array_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || a.attnotnull
      ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0) AS columns
  FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
  WHERE c.relnamespace = 'public'::regnamespace ORDER BY c.relname`

async function catalogue(url: string): Promise<unknown[]> {
  return (await (await client(url)).query(CATALOGUE)).rows
}

async function opened(url: string): Promise<Complete> {
  const repository = connect(url)
  await repository.open()
  return repository
}

describe('migrate', () => {
  test('lists the statements, runs them, and then has none left', async () => {
    const url = await newDatabase()
    const repository = await opened(url)
    const statements = await repository.migrate(true)
    expect(statements.join('\n')).toContain('CREATE TABLE tokenward_records')
    expect(statements.join('\n')).toContain('-- GRANT SELECT')
    expect(await catalogue(url)).toEqual([])
    expect(await repository.migrate(false)).toEqual(statements)
    expect(await repository.migrate(true)).toEqual([])
    expect(await repository.migrate(false)).toEqual([])
  })

  test('the listed statements, run by hand, make the same schema', async () => {
    const [byHand, byMigrate] = [await newDatabase(), await newDatabase()]
    const statements = await (await opened(byHand)).migrate(true)
    await (await client(byHand)).query(statements.join(';\n'))
    await prepared(byMigrate)
    const made = await catalogue(byHand)
    expect(made).not.toEqual([])
    expect(made).toEqual(await catalogue(byMigrate))
  })

  test('several processes at once make the tables once', async () => {
    const url = await newDatabase()
    const repositories = await Promise.all(Array.from({ length: 6 }, () => opened(url)))
    const done = await Promise.all(repositories.map((repository) => repository.migrate(false)))
    expect(done.filter((statements) => statements.length > 0)).toHaveLength(1)
  })

  test('changes nothing where one statement fails, and leaves no transaction open', async () => {
    const url = await newDatabase()
    const operator = await client(url)
    await operator.query('CREATE VIEW tokenward_overview AS SELECT 1 AS one')
    const before = await catalogue(url)
    const repository = await opened(url)
    await expect(repository.migrate(false)).rejects.toThrow('tokenward_overview')
    expect(await catalogue(url)).toEqual(before)
    await operator.query('DROP VIEW tokenward_overview')
    await repository.migrate(false)
    expect(await repository.read([key(1)], soon())).toEqual([null])
  })

  test('makes the tables in the schema that search_path names', async () => {
    const url = new URL(await newDatabase())
    const operator = await client(url.href)
    await operator.query('CREATE SCHEMA auth')
    url.searchParams.set('options', '-c search_path=auth')
    const repository = await prepared(url.href)
    await repository.write([{ record: record(1), expected: null }], soon())
    const { rows } = await operator.query('SELECT key FROM auth.tokenward_records')
    expect(rows).toEqual([{ key: key(1) }])
  })
})

describe('NOT_PREPARED', () => {
  const notPrepared = { code: 'TOKENWARD_NOT_PREPARED' }

  test.each(Object.entries(repositoryCalls))(
    '%s on a database without the tables',
    async (_, call) => {
      await expect(call(await opened(await newDatabase()))).rejects.toMatchObject(notPrepared)
    },
  )

  test.each(Object.entries(repositoryCalls))(
    '%s when tables of another version appear',
    async (_, call) => {
      const url = await newDatabase()
      const repository = await prepared(url)
      await expect(call(repository)).resolves.toBeDefined()
      const operator = await client(url)
      for (const [version, todo] of [
        [99, 'update @tokenward/postgres'],
        [0, 'run prepare()'],
      ]) {
        await operator.query('UPDATE tokenward_schema SET version = $1', [version])
        await expect(call(repository)).rejects.toMatchObject({
          ...notPrepared,
          message: expect.stringContaining(String(todo)),
        })
      }
      expect((await operator.query('SELECT FROM tokenward_records')).rowCount).toBeLessThan(2)
    },
  )

  test('migrate on a newer version, which it leaves unchanged', async () => {
    const url = await newDatabase()
    const repository = await prepared(url)
    const operator = await client(url)
    await operator.query('UPDATE tokenward_schema SET version = 99')
    await expect(repository.migrate(true)).rejects.toMatchObject(notPrepared)
    await expect(repository.migrate(false)).rejects.toMatchObject(notPrepared)
    expect((await operator.query('SELECT version FROM tokenward_schema')).rows).toEqual([
      { version: 99 },
    ])
  })

  test('does not reject where the tables exist and the records are deleted', async () => {
    const url = await newDatabase()
    const repository = await prepared(url)
    await repository.write([{ record: record(1), expected: null }], soon())
    await (await client(url)).query('DELETE FROM tokenward_records')
    expect(await repository.read([key(1)], soon())).toEqual([null])
  })
})
