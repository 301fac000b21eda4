import type { StoredRecord } from '@tokenward/core/adapter'
import { describe, expect, test } from 'vitest'
import type { Document } from '../src/index.ts'
import { COLLECTION } from '../src/schema.ts'
import {
  type Complete,
  databaseOf,
  deadline,
  key,
  newDatabase,
  prepared,
  record,
} from './support.ts'

const DATES = ['createdAt', 'expiresAt', 'retainUntil']
const wrong = [{ $ne: 1 }, 7, null, true, [], ['x'], [1], new Date(), 'é\x7f', { $unset: 1 }]
const damages: Document[] = [
  ...['kind', 'state', ...DATES, 'groups', 'body', 'namespace'].flatMap((field) =>
    wrong.filter((value) => !isRight(field, value)).map((value) => ({ [field]: value })),
  ),
  { kind: 'corrupt' },
  { state: 'alive' },
  { namespace: 'other' },
]
const etags = [...wrong, 'a b', '', 'x'.repeat(65), 'a\n', 'unreadable', ['abc'], { a: 'abc' }, /a/]

function isRight(field: string, value: unknown): boolean {
  const isDate = value instanceof Date && DATES.includes(field)
  const isList = Array.isArray(value) && value[0] !== 1 && field === 'groups'
  return isDate || isList || (typeof value === 'string' && field === 'body')
}

describe.each(['majority', 'linearizable'] as const)('with %s reads', (readConcern) => {
  async function stage() {
    const url = await newDatabase()
    const repository = await prepared(url, { readConcern })
    const [whole, broken] = [record(1), record(2)]
    await repository.write([{ record: whole, expected: null }], deadline())
    // A user with the right to write changes the document.
    const records = databaseOf(url).collection<{ _id: string }>(COLLECTION)
    const damage = async (change: Document) => {
      await records.deleteOne({ _id: `7:default:${key(2)}` })
      expect(await repository.write([{ record: broken, expected: null }], deadline())).toEqual([
        true,
      ])
      const [[field, value] = ['', null]] = Object.entries(change)
      const removed = JSON.stringify(value) === '{"$unset":1}'
      // `$literal`, because a value may look like an operator.
      const stages = removed ? [{ $unset: field }] : [{ $set: { [field]: { $literal: value } } }]
      const filter = { _id: `7:default:${key(2)}` }
      await records.updateOne(filter, stages, { bypassDocumentValidation: true })
    }
    return { repository, whole, broken, damage }
  }

  test('a document that is not a valid record is read as corrupt, and can be replaced', async () => {
    const { repository, whole, broken, damage } = await stage()
    for (const change of damages) {
      await damage(change)
      const [first, corrupt] = await repository.read([key(1), key(2)], deadline())
      expect(first).toEqual(whole)
      expect(corrupt, JSON.stringify(change)).toMatchObject({
        key: key(2),
        kind: 'corrupt',
        etag: broken.etag,
      })
      await replaces(repository, corrupt, JSON.stringify(change))
    }
  })

  test('a document without a valid etag is read as corrupt, and can be replaced', async () => {
    const { repository, whole, damage } = await stage()
    for (const etag of etags) {
      await damage({ etag })
      const [first, corrupt] = await repository.read([key(1), key(2)], deadline())
      expect(first).toEqual(whole)
      const kind = etag === 'unreadable' ? 'token' : 'corrupt'
      expect(corrupt, JSON.stringify(etag)).toMatchObject({ key: key(2), kind })
      expect(corrupt?.etag).toMatch(/^[!-~]{1,64}$/)
      await replaces(repository, corrupt, JSON.stringify(etag))
    }
  })

  /** Exactly one of two writers replaces it. */
  async function replaces(
    repository: Complete,
    corrupt: StoredRecord | null | undefined,
    what: string,
  ) {
    const expected = corrupt?.etag ?? ''
    const insert = [{ record: record(2), expected: null }]
    expect(await repository.write(insert, deadline()), what).toEqual([false])
    const other = [{ record: record(2), expected: 'other' }]
    expect(await repository.write(other, deadline()), what).toEqual([false])
    const rivals = [record(2, { state: 'revoked' }), record(2, { state: 'revoked' })]
    const answers = await Promise.all(
      rivals.map((each) => repository.write([{ record: each, expected }], deadline())),
    )
    expect(answers.flat().filter(Boolean), what).toHaveLength(1)
    const winner = rivals[answers.findIndex(([done]) => done)]
    expect(await repository.read([key(2)], deadline()), what).toEqual([winner])
  }
})

test('list() and prune() continue after a corrupt record', async () => {
  const url = await newDatabase()
  const repository = await prepared(url)
  const retainUntil = Date.now() + 60_000
  const all = [1, 2, 3, 4].map((n) => record(n, { retainUntil, groups: ['g'] }))
  await repository.write(
    all.map((record) => ({ record, expected: null })),
    deadline(),
  )
  const records = databaseOf(url).collection<{ _id: string }>(COLLECTION)
  const set = (n: number, change: Document) =>
    records.updateOne(
      { _id: `7:default:${key(n)}` },
      { $set: change },
      { bypassDocumentValidation: true },
    )
  await set(2, { body: 7, retainUntil: 'soon' })
  // It has no place in a list: `read` alone finds it.
  await set(3, { createdAt: 'soon' })
  const corrupt = { key: key(2), kind: 'corrupt', createdAt: all[1]?.createdAt }
  for (const group of ['g', null]) {
    const listed = await repository.list(group, null, 9, deadline())
    expect(listed).toMatchObject([all[0] ?? {}, corrupt, all[3] ?? {}])
    expect(await repository.list(group, listed[1] ?? null, 9, deadline())).toEqual([all[3]])
  }
  expect(await repository.read([key(3)], deadline())).toMatchObject([{ kind: 'corrupt' }])
  expect(await repository.prune(Date.now() + 120_000, 9, false, deadline())).toBe(3)
})
