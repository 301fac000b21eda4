import { randomBytes } from 'node:crypto'
import type { Client } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { grants } from '../src/index.ts'
import * as sql from '../src/statements.ts'
import { client, key, newDatabase, prepared, record, soon } from './support.ts'

describe('every statement searches by an index', () => {
  const searching = Object.entries({
    ...sql,
    SCHEMA_VERSION: undefined,
    WATCH: undefined,
  })
  const statements = searching.flatMap(([name, statement]) =>
    statement ? [[name, statement]] : [],
  )
  const parameters = { READ: 2, WRITE: 4, LIST_ALL: 3, LIST_GROUP: 4, PRUNE: 3, COUNT_PRUNABLE: 3 }

  const each = (statements as [string, sql.Statement][]).flatMap(([name, { text }]) => [
    { name, text, as: 'the owner' },
    { name, text, as: 'a role with policies' },
  ])

  test.each(each)('$name, as $as', async ({ name, text, as }) => {
    const url = await newDatabase()
    await prepared(url)
    const observer = await client(url)
    if (as !== 'the owner') await becomeRole(observer)
    // Before there are any statistics, and for any values: as a connection keeps it for long.
    await observer.query('SET plan_cache_mode = force_generic_plan')
    await observer.query(`PREPARE asked AS ${text}`)
    const nulls = Array(parameters[name as keyof typeof parameters])
      .fill('NULL')
      .join()
    const { rows } = await observer.query(`EXPLAIN EXECUTE asked (${nulls})`)
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(plan).not.toMatch(/Seq Scan on tokenward_records/)
    expect(plan).toMatch(/using tokenward_records_|Bitmap Index Scan on tokenward_records_/)
  })
})

/** One that may read, write and prune. */
async function becomeRole(observer: Client): Promise<void> {
  const role = `role_${randomBytes(6).toString('hex')}`
  await observer.query(`CREATE ROLE ${role}`)
  onTestFinished(async () => {
    await observer.query(`RESET ROLE; DROP OWNED BY ${role}; DROP ROLE ${role}`)
  })
  await observer.query(grants({ write: role, prune: role }).join(';'))
  await observer.query(`SET ROLE ${role}`)
}

describe('write', () => {
  test('text with special characters is stored unchanged', async () => {
    const namespace = `'; DROP TABLE x; -- "\\ $& é %_`
    const repository = await prepared(await newDatabase(), { namespace })
    const groups = [`a'b`, `["c"]`, '{d,"e"}', '\\f', 'NULL', '']
    const hostile = record(1, { body: `'"\\$& {"$ne":1} %00 {NULL}`, groups })
    await repository.write([{ record: hostile, expected: null }], soon())
    expect(await repository.read([hostile.key], soon())).toEqual([hostile])
    for (const group of groups) {
      expect(await repository.list(group, null, 9, soon())).toEqual([hostile])
    }
  })

  test('a distant instant is stored exactly, and the overview stays readable', async () => {
    const url = await newDatabase()
    const repository = await prepared(url)
    const ever = record(1, { expiresAt: Number.MAX_SAFE_INTEGER, retainUntil: 8.64e15 })
    const soonOver = record(2, { expiresAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678) })
    await repository.write(
      [ever, soonOver].map((record) => ({ record, expected: null })),
      soon(),
    )
    expect(await repository.read([key(1)], soon())).toEqual([ever])
    const overview = 'SELECT expires_at FROM tokenward_overview ORDER BY key'
    const { rows } = await (await client(url)).query(overview)
    expect(rows.map(({ expires_at }) => expires_at.toISOString())).toEqual([
      '9999-12-31T23:59:59.000Z',
      '2026-01-02T03:04:05.678Z',
    ])
  })
})

describe('prune', () => {
  test('deletes the oldest first', async () => {
    const repository = await prepared(await newDatabase())
    const end = Date.now() + 60_000
    const all = [3, 1, 4, 2].map((n) => record(n, { retainUntil: end + n }))
    await repository.write(
      all.map((record) => ({ record, expected: null })),
      soon(),
    )
    expect(await repository.prune(end + 9, 2, false, soon())).toBe(2)
    const left = await repository.list(null, null, 9, soon())
    expect(left.map(({ key }) => key)).toEqual([key(3), key(4)])
  })
})
