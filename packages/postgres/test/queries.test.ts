import { randomBytes } from 'node:crypto'
import type { Client } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { grants } from '../src/index.ts'
import { toJson } from '../src/records.ts'
import * as sql from '../src/statements.ts'
import { client, etag, key, newDatabase, prepared, record, soon } from './support.ts'

/** Records that are all in one list, and each in a list of its own. */
const FILL = `INSERT INTO tokenward_records (namespace, key, kind, state, etag, created_at, expires_at,
    retain_until, groups, body)
  SELECT CASE n % 5 WHEN 0 THEN 'other' ELSE 'default' END, lpad(to_hex(n), 24, '0'), 'token', 'active', 'e',
    1700000000000 - n * 7919 % 10007, 1700000000000, 1700000000000,
    'everyone,only ' || n, '{}' FROM generate_series(1, 10000) AS n`

describe('every statement searches by an index', () => {
  const searching = Object.entries({
    ...sql,
    SCHEMA_VERSION: undefined,
    WATCH: undefined,
  })
  const statements = searching.flatMap(([name, statement]) =>
    statement ? [[name, statement]] : [],
  )
  const parameters = { READ: 2, WRITE: 4, LIST_ALL: 4, LIST_GROUP: 5, PRUNE: 3, COUNT_PRUNABLE: 3 }

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
    const index = ['READ', 'WRITE'].includes(name) ? 'tokenward_records_pkey' : 'tokenward_records_'
    expect(plan).toMatch(new RegExp(`using ${index}|Bitmap Index Scan on ${index}`))
    // By the namespace alone it would read all records of the namespace.
    if (index === 'tokenward_records_pkey')
      expect(plan).toMatch(/Index Cond: \(\(namespace = \$1\) AND \(key = /)
  })
})

describe.each([
  ['an empty table', ''],
  ['a table without statistics', FILL],
  ['a table with statistics', `${FILL}; ANALYZE tokenward_records`],
])('a page of %s', (_, preparation) => {
  const ofAll = "('default', 9007199254740992, '', 100)"
  const plans = ['force_generic_plan', 'force_custom_plan'].flatMap((mode) => [
    { mode, name: 'LIST_ALL', text: sql.LIST_ALL.text, values: ofAll, index: 'by_creation' },
    ...['everyone', 'only 7', 'none'].map((group) => {
      const values = `('default', 1700000000000, '', 100, '${group}')`
      return { mode, name: 'LIST_GROUP', text: sql.LIST_GROUP.text, values, index: 'by_group_1' }
    }),
  ])

  test('begins at its position in an index, and sorts nothing but itself', async () => {
    const url = await newDatabase()
    await prepared(url)
    const observer = await client(url)
    await observer.query(preparation)
    await observer.query(`SET effective_cache_size = '1MB'`) // As if the table were large.
    for (const { mode, name, text, values, index } of plans) {
      await observer.query(`SET plan_cache_mode = ${mode}; DEALLOCATE ALL; PREPARE page AS ${text}`)
      const { rows } = await observer.query(`EXPLAIN EXECUTE page ${values}`)
      const plan = rows.map((row) => row['QUERY PLAN'])
      expect(plan.filter((line) => line.includes('Seq Scan on tokenward_records'))).toEqual([])
      // Only the page itself is sorted.
      expect(plan.filter((line) => line.includes('Sort  ('))).toHaveLength(1)
      const backward = `Index Scan Backward using tokenward_records_${index} `
      expect(
        plan.filter((line) => line.includes(backward)),
        `${name} ${mode} ${values}`,
      ).toHaveLength(1)
      // Each search begins at an instant, and not with the whole group or namespace.
      const searches = plan.filter((line) => line.includes('Index Cond: '))
      expect(searches.length).toBeGreaterThan(1)
      for (const line of searches) expect(line).toMatch(/ = .* AND \(LEAST.* [<=] walk/)
    }
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

function hash(): string {
  return randomBytes(18).toString('base64url')
}

describe('write', () => {
  test('text with special characters is stored unchanged', async () => {
    const namespace = `'; DROP TABLE x; -- "\\ $& é %_`
    const repository = await prepared(await newDatabase(), { namespace })
    const groups = [`a'b`, `["c"]`, '{d"e"}', '\\f', 'NULL']
    const hostile = record(1, { body: `'"\\$& {"$ne":1} %00 {NULL}`, groups })
    await repository.write([{ record: hostile, expected: null }], soon())
    expect(await repository.read([hostile.key], soon())).toEqual([hostile])
    for (const group of groups) {
      expect(await repository.list(group, null, 9, soon())).toEqual([hostile])
    }
  })

  test('each of five groups lists the record, and a sixth is refused', async () => {
    const repository = await prepared(await newDatabase())
    const groups = Array.from({ length: 5 }, (_, i) => `g${i}`)
    const stored = record(1, { groups })
    await repository.write([{ record: stored, expected: null }], soon())
    for (const group of groups) {
      expect(await repository.list(group, null, 9, soon())).toEqual([stored])
    }
    const crowded = { record: record(2, { groups: [...groups, 'g5'] }), expected: null }
    await expect(repository.write([crowded], soon())).rejects.toThrow(
      'tokenward_records_groups_check',
    )
  })

  test.each([300, 1_500, 16_000])('a change of %i bytes touches no index', async (size) => {
    const url = await newDatabase()
    const repository = await prepared(url)
    const groups = ['i', 'c', 'u', 's', 'l'].map((letter) => letter + hash())
    const body = () => randomBytes(size).toString('base64url')
    const stored = record(1, { groups, body: body() })
    await repository.write([{ record: stored, expected: null }], soon())
    const observer = await client(url)
    const next = { ...stored, etag: etag(), body: body() }
    const values = ['default', toJson([{ record: next, expected: stored.etag }]), 'channel', 1]
    await observer.query('BEGIN')
    expect((await observer.query(sql.WRITE.text, values)).rows).toEqual([
      { key: key(1), done: true },
    ])
    // A heap-only tuple: no index has an entry for it.
    const updates = `SELECT pg_stat_get_xact_tuples_hot_updated('tokenward_records'::regclass) AS hot`
    expect((await observer.query(updates)).rows).toEqual([{ hot: '1' }])
  })

  test('a distant instant is stored exactly, and the overview stays readable', async () => {
    const url = await newDatabase()
    const repository = await prepared(url)
    const createdAt = Date.UTC(2026, 0, 1)
    const ever = record(1, { expiresAt: Number.MAX_SAFE_INTEGER, retainUntil: 8.64e15 })
    const soonOver = record(2, { createdAt, expiresAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678) })
    await repository.write(
      [ever, soonOver].map((record) => ({ record, expected: null })),
      soon(),
    )
    expect(await repository.read([key(1)], soon())).toEqual([ever])
    const overview = 'SELECT created_at, expires_at FROM tokenward_overview ORDER BY key'
    const { rows } = await (await client(url)).query(overview)
    expect(rows.map(({ expires_at }) => expires_at.toISOString())).toEqual([
      '9999-12-31T23:59:59.000Z',
      '2026-01-02T03:04:05.678Z',
    ])
    expect(rows[1]?.created_at).toEqual(new Date(createdAt))
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
