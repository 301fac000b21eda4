import type { StoredRecord } from '@tokenward/core/adapter'
import { describe, expect, test } from 'vitest'
import { type Complete, database, etag, key, newFile, prepared, record, soon } from './support.ts'

async function store(repository: Complete, ...records: StoredRecord[]): Promise<void> {
  const writes = records.map((record) => ({ record, expected: null }))
  expect(await repository.write(writes, soon())).toEqual(records.map(() => true))
}

test('a replacement changes its own record alone, also where another has the same etag', async () => {
  const repository = await prepared(newFile())
  const same = { etag: etag(), createdAt: 7_000 }
  const [first, other] = [record(1, same), record(2, same)]
  await store(repository, first, other)
  const revoked = record(1, { createdAt: 7_000, state: 'revoked' })
  const replaced = repository.write([{ record: revoked, expected: same.etag }], soon())
  expect(await replaced).toEqual([true])
  expect(await repository.read([key(1), key(2)], soon())).toEqual([revoked, other])
})

describe('a list', () => {
  test('has the newest first, and of one instant those with the greatest keys', async () => {
    const file = newFile()
    const repository = await prepared(file, { namespace: 'own' })
    const another = await prepared(file, { namespace: 'other' })
    const at = (n: number, createdAt: number) => record(n, { createdAt, groups: ['g1'] })
    const all = [at(1, 7_000), at(2, 7_000), at(3, 7_000), at(4, 6_000), at(5, 8_000)]
    await store(repository, ...all)
    await store(another, at(6, 7_000))
    const sorted = [5, 3, 2, 1, 4].map((n) => key(n))
    for (const group of [null, 'g1']) {
      for (const [i, after] of [null, ...sorted].entries()) {
        const position = all.find((each) => each.key === after) ?? null
        for (const limit of [2, 9]) {
          const listed = await repository.list(group, position, limit, soon())
          expect(listed.map((each) => each.key)).toEqual(sorted.slice(i, i + limit))
        }
      }
    }
  })
})

test('records of another namespace of the file are not found', async () => {
  const file = newFile()
  await store(await prepared(file, { namespace: 'other' }), record(1))
  const own = await prepared(file, { namespace: 'own' })
  expect(await own.read([key(1)], soon())).toEqual([null])
})

test('an open repository refuses a file that a later version has changed meanwhile', async () => {
  const file = newFile()
  const repository = await prepared(file)
  await store(repository, record(1))
  database(file).exec('UPDATE tokenward_schema SET version = version + 1')
  await expect(repository.read([key(1)], soon())).rejects.toMatchObject({
    code: 'TOKENWARD_NOT_PREPARED',
  })
})

const COLUMNS = [
  'namespace',
  'key',
  'kind',
  'state',
  'etag',
  'created_at',
  'expires_at',
  'retain_until',
  'groups',
  'body',
]

test('no column of a record can be emptied by hand, and neither can the version', async () => {
  const file = newFile()
  await store(await prepared(file), record(1))
  const editor = database(file)
  const required = /NOT NULL constraint failed/
  for (const column of COLUMNS)
    expect(() => editor.exec(`UPDATE tokenward_records SET ${column} = NULL`)).toThrow(required)
  expect(() => editor.exec('UPDATE tokenward_schema SET version = NULL')).toThrow(required)
})
