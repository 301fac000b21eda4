import { describe, expect, test } from 'vitest'
import * as sql from '../src/statements.ts'
import { database, etag, key, newFile, prepared, record, soon } from './support.ts'

describe('every statement finds its rows by an index', () => {
  test.each(Object.entries(sql))('%s', async (_, statement) => {
    const file = newFile()
    await prepared(file)
    const plan = database(file).prepare(`EXPLAIN QUERY PLAN ${statement}`).all()
    const steps = plan.map(({ detail }) => String(detail))
    // Reading is by the keys asked for, so their list is scanned; counting counts what was found.
    const scanned = steps.filter(
      (step) => step.startsWith('SCAN') && !/json_each|\(subquery/.test(step),
    )
    expect(scanned).toEqual([])
    expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toEqual([])
  })

  // EXPLAIN says nothing of triggers, so theirs is asked for by itself.
  test('the trigger that deletes', async () => {
    const file = newFile()
    await prepared(file)
    const trigger = database(file)
      .prepare(`SELECT sql FROM sqlite_schema WHERE name = 'tokenward_records_deleted'`)
      .get() as { sql: string }
    const [statement = ''] = trigger.sql.match(/DELETE FROM[^;]+/) ?? []
    const asked = `EXPLAIN QUERY PLAN ${statement.replace(/OLD\.\w+/g, '?')}`
    const details = database(file)
      .prepare(asked)
      .all()
      .map(({ detail }) => String(detail))
    expect(details[0]).toMatch(
      /^SEARCH tokenward_groups .*\(namespace=\? AND name=\? AND key=\?\)$/,
    )
  })
})

test('prune finds the oldest by the index of retention, and deletes by rowid', async () => {
  const file = newFile()
  await prepared(file)
  const plan = database(file).prepare(`EXPLAIN QUERY PLAN ${sql.PRUNE}`).all()
  const steps = plan.map(({ detail }) => String(detail))
  expect(steps).toEqual([
    expect.stringMatching(/^SEARCH tokenward_records USING INTEGER PRIMARY KEY/),
    expect.stringMatching(/^LIST SUBQUERY/),
    expect.stringMatching(
      /^SEARCH tokenward_records USING COVERING INDEX tokenward_records_by_retention /,
    ),
  ])
})

describe('write', () => {
  test('answers each entry of a batch by itself', async () => {
    const repository = await prepared(newFile())
    const stands = record(1)
    await repository.write([{ record: stands, expected: null }], soon())
    const changed = record(1)
    const [inserted, replaced, orphan] = [record(2), record(3), record(4)]
    await repository.write([{ record: replaced, expected: null }], soon())
    const replacement = record(3)
    const answers = await repository.write(
      [
        { record: changed, expected: etag() },
        { record: inserted, expected: null },
        { record: replacement, expected: replaced.etag },
        { record: orphan, expected: etag() },
      ],
      soon(),
    )
    expect(answers).toEqual([false, true, true, false])
    const keys = [4, 3, 2, 1].map(key)
    expect(await repository.read(keys, soon())).toEqual([null, replacement, inserted, stands])
  })

  test('a repeated write is true, whatever it expected', async () => {
    const repository = await prepared(newFile())
    const [first, second] = [record(1), record(1)]
    await repository.write([{ record: first, expected: null }], soon())
    expect(await repository.write([{ record: first, expected: null }], soon())).toEqual([true])
    const replace = [{ record: second, expected: first.etag }]
    expect(await repository.write(replace, soon())).toEqual([true])
    expect(await repository.write(replace, soon())).toEqual([true])
    expect(await repository.write([{ record: first, expected: null }], soon())).toEqual([false])
  })

  test('one record that is past rejects the batch and leaves nothing of it', async () => {
    const repository = await prepared(newFile())
    const past = record(2, { retainUntil: Date.now() })
    const batch = [record(1), past].map((record) => ({ record, expected: null }))
    await expect(repository.write(batch, soon())).rejects.toThrow('is past')
    expect(await repository.read([key(1), key(2)], soon())).toEqual([null, null])
  })

  test('text of any kind stays what it is', async () => {
    const repository = await prepared(newFile(), { namespace: `'; DROP TABLE x; -- "\0 $& é` })
    const hostile = record(1, { body: `'"\\$& {"$ne":1} %00`, groups: [`a'b`, `["c"]`] })
    await repository.write([{ record: hostile, expected: null }], soon())
    expect(await repository.read([hostile.key], soon())).toEqual([hostile])
    expect(await repository.list(`a'b`, null, 9, soon())).toEqual([hostile])
    expect(await repository.list(`["c"]`, null, 9, soon())).toEqual([hostile])
  })
})

describe('list and prune', () => {
  test('pages by key, of a group or of the whole namespace, and of no other', async () => {
    const file = newFile()
    const [repository, other] = [await prepared(file), await prepared(file, { namespace: 'other' })]
    const all = [5, 3, 1, 4, 2].map((n) => record(n, { groups: n % 2 ? ['odd', 'all'] : ['all'] }))
    await repository.write(
      all.map((record) => ({ record, expected: null })),
      soon(),
    )
    await other.write([{ record: record(9, { groups: ['odd'] }), expected: null }], soon())

    const keys = async (...args: [string | null, string | null, number]) =>
      (await repository.list(...args, soon())).map((record) => Number.parseInt(record.key, 16))
    expect(await keys(null, null, 10)).toEqual([1, 2, 3, 4, 5])
    expect(await keys(null, key(2), 2)).toEqual([3, 4])
    expect(await keys('odd', null, 2)).toEqual([1, 3])
    expect(await keys('odd', key(3), 2)).toEqual([5])
    expect(await keys('none', null, 2)).toEqual([])
    expect(await other.read([key(1)], soon())).toEqual([null])
  })

  test('takes the oldest first, at most so many, and nothing that is to stay', async () => {
    const file = newFile()
    const [repository, other] = [await prepared(file), await prepared(file, { namespace: 'other' })]
    const end = Date.now() + 600_000
    const all = [1, 2, 3, 4].map((n) => record(n, { retainUntil: end + n, groups: ['all'] }))
    await repository.write(
      all.map((record) => ({ record, expected: null })),
      soon(),
    )
    await other.write([{ record: record(9, { retainUntil: end }), expected: null }], soon())

    expect(await repository.prune(end + 3, 2, true, soon())).toBe(2)
    expect(await repository.prune(end + 3, 2, false, soon())).toBe(2)
    expect(await repository.list(null, null, 9, soon())).toEqual(all.slice(2))
    expect(await repository.prune(end + 3, 2, true, soon())).toBe(1)
    expect(await repository.prune(end + 3, 2, false, soon())).toBe(1)
    expect(await repository.prune(end + 3, 2, false, soon())).toBe(0)
    expect(await repository.list('all', null, 9, soon())).toEqual(all.slice(3))
    expect(await other.list(null, null, 9, soon())).toHaveLength(1)
  })

  test('stay inside the namespace, also for a key of another', async () => {
    const file = newFile()
    const [one, other] = [await prepared(file), await prepared(file, { namespace: 'other' })]
    const mine = record(1, { groups: ['g'] })
    await one.write([{ record: mine, expected: null }], soon())
    expect(await other.read([mine.key], soon())).toEqual([null])
    expect(await other.list('g', null, 9, soon())).toEqual([])
    const theirs = record(1, { state: 'revoked' })
    expect(await other.write([{ record: theirs, expected: mine.etag }], soon())).toEqual([false])
    expect(await other.write([{ record: theirs, expected: null }], soon())).toEqual([true])
    expect(await one.read([mine.key], soon())).toEqual([mine])
  })

  test('a list never names a record that is gone, whoever deleted it', async () => {
    const file = newFile()
    const repository = await prepared(file)
    const all = [1, 2].map((n) => record(n, { groups: ['g', 'h'] }))
    await repository.write(
      all.map((record) => ({ record, expected: null })),
      soon(),
    )
    // As an operator does by hand, on a connection where foreign keys are off.
    const operator = database(file)
    operator.exec('PRAGMA foreign_keys = OFF')
    operator.prepare('DELETE FROM tokenward_records WHERE key = ?').run(key(1))
    const members = 'SELECT name, key FROM tokenward_groups ORDER BY name'
    expect(operator.prepare(members).all()).toEqual([
      { name: 'g', key: key(2) },
      { name: 'h', key: key(2) },
    ])
    expect(await repository.list('g', null, 9, soon())).toEqual(all.slice(1))
  })
})
