import type { StoredRecord } from '@tokenward/core/adapter'
import { describe, expect, test } from 'vitest'
import { type Complete, client, key, newDatabase, prepared, record, soon } from './support.ts'

const SETTING = 'synchronous_commit'

/** Notes the setting with which each change is committed: a deferred trigger runs at the commit. */
const NOTE_COMMITS = `
  CREATE TABLE commits (setting text);
  CREATE FUNCTION note_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO commits VALUES (current_setting('${SETTING}'));
    RETURN NULL;
  END $$;
  CREATE CONSTRAINT TRIGGER note_commit AFTER INSERT OR UPDATE ON tokenward_records
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_commit()`

async function store(repository: Complete, ...records: StoredRecord[]): Promise<void> {
  const writes = records.map((record) => ({ record, expected: null }))
  expect(await repository.write(writes, soon())).toEqual(records.map(() => true))
}

describe('inserts and replacements are committed', () => {
  test.each([
    ['off', 'on'],
    ['local', 'on'],
    ['on', 'on'],
    ['remote_apply', 'remote_apply'],
  ])('where the default of synchronous_commit is %s, with %s', async (setting, committed) => {
    const url = new URL(await newDatabase())
    const administrator = await client(url.href)
    url.searchParams.set('options', `-c ${SETTING}=${setting}`)
    const repository = await prepared(url.href)
    await administrator.query(NOTE_COMMITS)
    const first = record(1)
    await store(repository, first)
    const replacement = { record: record(1, { state: 'revoked' }), expected: first.etag }
    expect(await repository.write([replacement], soon())).toEqual([true])
    const { rows } = await administrator.query('SELECT setting FROM commits')
    expect(rows).toEqual([{ setting: committed }, { setting: committed }])
  })
})

describe('a list', () => {
  test('has the newest first, and of one instant those with the greatest keys', async () => {
    const repository = await prepared(await newDatabase())
    const at = (n: number, createdAt: number) => record(n, { createdAt, groups: ['g1'] })
    const all = [at(1, 7_000), at(2, 7_000), at(3, 7_000), at(4, 6_000), at(5, 8_000)]
    await store(repository, ...all)
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

  test('goes from instant to instant until the page is full', async () => {
    const repository = await prepared(await newDatabase())
    const all = [1, 2, 3, 4].map((n) => record(n, { createdAt: 9_000 - n }))
    await store(repository, ...all)
    const listed = await repository.list(null, null, 3, soon())
    expect(listed.map((each) => each.key)).toEqual([key(1), key(2), key(3)])
  })
})

describe('a prune', () => {
  test('counts and deletes only records of its namespace whose retention has ended', async () => {
    const url = await newDatabase()
    const [own, other] = [
      await prepared(url, { namespace: 'own' }),
      await prepared(url, { namespace: 'other' }),
    ]
    const end = Date.now() + 60_000
    await store(other, record(1, { retainUntil: end - 9 }))
    await store(own, record(2, { retainUntil: end }), record(3, { retainUntil: end + 1 }))
    expect(await own.prune(end - 1, 9, true, soon()), 'before its end').toBe(0)
    expect(await own.prune(end, 9, true, soon()), 'at its end').toBe(1)
    expect(await own.prune(end, 1, false, soon())).toBe(1)
    expect(await own.read([key(2), key(3)], soon())).toMatchObject([null, { key: key(3) }])
    expect(await other.read([key(1)], soon())).toMatchObject([{ key: key(1) }])
  })
})
