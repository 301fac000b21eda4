import { describe, expect, test } from 'vitest'
import * as sql from '../src/statements.ts'
import { database, key, newFile, prepared, record, soon } from './support.ts'

describe('every statement searches by an index', () => {
  const statements = Object.entries(sql).flatMap(([name, texts]) =>
    [texts].flat().map((text) => [name, text] as const),
  )

  test.each(statements)('%s', async (_, statement) => {
    const file = newFile()
    await prepared(file)
    const plan = database(file).prepare(`EXPLAIN QUERY PLAN ${statement}`).all()
    const steps = plan.map(({ detail }) => String(detail))
    // READ scans the one row of the schema and the keys that it was given, COUNT_PRUNABLE the rows that it found.
    const scanned = steps.filter(
      (step) => step.startsWith('SCAN') && !/tokenward_schema|wanted|\(subquery/.test(step),
    )
    expect(scanned).toEqual([])
    // Records of the same instant are sorted by their keys.
    const sorted = steps.filter((step) => step.includes('TEMP B-TREE'))
    expect(sorted.filter((step) => !step.includes('FOR LAST TERM'))).toEqual([])
  })

  test.each([
    [sql.LIST_ALL, 'by_creation', '(namespace=? AND listed_at<?)'],
    ...sql.LIST_GROUP.map((text, i) => [text, `by_group_${i + 1}`, '(<expr>=? AND listed_at<?)']),
  ])('a page begins at its position in the index: %s', async (statement = '', index, position) => {
    const file = newFile()
    await prepared(file)
    const [step] = database(file).prepare(`EXPLAIN QUERY PLAN ${statement}`).all()
    expect(step?.['detail']).toContain(`tokenward_records_${index} `)
    expect(step?.['detail']).toContain(position)
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
  test('text with special characters is stored unchanged', async () => {
    const repository = await prepared(newFile(), { namespace: `'; DROP TABLE x; -- "\0 $& é` })
    const hostile = record(1, { body: `'"\\$& {"$ne":1} %00`, groups: [`a'b`, `["c"]`] })
    await repository.write([{ record: hostile, expected: null }], soon())
    expect(await repository.read([hostile.key], soon())).toEqual([hostile])
    expect(await repository.list(`a'b`, null, 9, soon())).toEqual([hostile])
    expect(await repository.list(`["c"]`, null, 9, soon())).toEqual([hostile])
  })
})

describe('list and prune', () => {
  test('prune deletes the oldest first', async () => {
    const repository = await prepared(newFile())
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

  test('list does not contain a record that was deleted by hand', async () => {
    const file = newFile()
    const repository = await prepared(file)
    const all = [1, 2].map((n) => record(n, { groups: ['g', 'h'] }))
    await repository.write(
      all.map((record) => ({ record, expected: null })),
      soon(),
    )
    // As an operator may do.
    database(file).prepare('DELETE FROM tokenward_records WHERE key = ?').run(key(1))
    for (const group of ['g', 'h'])
      expect(await repository.list(group, null, 9, soon())).toEqual(all.slice(1))
  })

  test('each of five groups lists the record, and a sixth is refused', async () => {
    const repository = await prepared(newFile())
    const groups = Array.from({ length: 5 }, (_, i) => `g${i}`)
    const stored = record(1, { groups })
    await repository.write([{ record: stored, expected: null }], soon())
    for (const group of groups)
      expect(await repository.list(group, null, 9, soon())).toEqual([stored])
    const crowded = { record: record(2, { groups: [...groups, 'g5'] }), expected: null }
    await expect(repository.write([crowded], soon())).rejects.toThrow('CHECK constraint failed')
  })

  test('a record that has a group twice is listed once', async () => {
    const repository = await prepared(newFile())
    const twice = record(1, { groups: ['g', 'h', 'g'] })
    await repository.write([{ record: twice, expected: null }], soon())
    expect(await repository.list('g', null, 9, soon())).toEqual([twice])
  })

  test('a record whose instant was edited has its new place in every list', async () => {
    const file = newFile()
    const repository = await prepared(file)
    const all = [1, 2, 3].map((n) => record(n, { groups: ['g'] }))
    await repository.write(
      all.map((record) => ({ record, expected: null })),
      soon(),
    )
    database(file).exec(`UPDATE tokenward_records SET created_at = 5 WHERE key = '${key(1)}'`)
    const moved = [...all.slice(1), { ...all[0], createdAt: 5 }]
    expect(await repository.list('g', null, 9, soon())).toEqual(moved)
    expect(await repository.list(null, null, 9, soon())).toEqual(moved)
  })
})
