import type { StoredRecord } from '@tokenward/core/adapter'
import type { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { client, connect, etag, key, newDatabase, pool, prepared, record, soon } from './support.ts'

// Another transaction changes a row while ours waits for it: the statement sees the row as it was when
// the statement began, and the lock sees it as it is now.

async function stage() {
  const url = await newDatabase()
  const [repository, rival, observer] = [await prepared(url), await client(url), await client(url)]
  return { url, repository, rival, waiting: () => untilWaiting(observer) }
}

/** Resolves once a connection waits for a lock. */
async function untilWaiting(observer: Client): Promise<void> {
  const waiting = `SELECT count(*)::integer AS n FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`
  for (;;) {
    const { rows } = await observer.query(waiting)
    if (rows[0]?.n > 0) return
  }
}

function replaceBy(rival: Client, { key, etag }: StoredRecord): Promise<unknown> {
  return rival.query('UPDATE tokenward_records SET etag = $2 WHERE key = $1', [key, etag])
}

function insertBy(rival: Client, { key, etag, createdAt, expiresAt, retainUntil }: StoredRecord) {
  return rival.query(
    `INSERT INTO tokenward_records
      (namespace, key, kind, state, etag, created_at, expires_at, retain_until, groups, body)
    VALUES ('default', $1, 'token', 'active', $2, $3, $4, $5, '', '{}')`,
    [key, etag, createdAt, expiresAt, retainUntil],
  )
}

function deleteBy(rival: Client, { key }: StoredRecord): Promise<unknown> {
  return rival.query('DELETE FROM tokenward_records WHERE key = $1', [key])
}

describe('a write that waits for another transaction', () => {
  const stored = record(1)
  const ours = record(1)
  const rivals = record(1)

  test.each<[string, string | null, (rival: Client) => Promise<unknown>, boolean, string | null]>([
    ['loses to a replacement', stored.etag, (r) => replaceBy(r, rivals), false, rivals.etag],
    ['wins over what replaced the rest', rivals.etag, (r) => replaceBy(r, rivals), true, ours.etag],
    ['finds its own earlier try', stored.etag, (r) => replaceBy(r, ours), true, ours.etag],
    ['finds nothing after a prune', stored.etag, (r) => deleteBy(r, stored), false, null],
    [
      'does not insert where a record was expected',
      etag(),
      (r) => deleteBy(r, stored),
      false,
      null,
    ],
    [
      'finds that the stored record was pruned and inserted again',
      stored.etag,
      async (r) => [await deleteBy(r, stored), await insertBy(r, rivals)],
      false,
      rivals.etag,
    ],
  ])('%s', async (_, expected, change, answer, left) => {
    const { repository, rival, waiting } = await stage()
    await repository.write([{ record: stored, expected: null }], soon())
    await rival.query('BEGIN')
    await change(rival)
    const written = repository.write([{ record: ours, expected }], soon())
    await waiting()
    await rival.query('COMMIT')
    expect(await written).toEqual([answer])
    const [found] = await repository.read([key(1)], soon())
    expect(found?.etag ?? null).toBe(left)
  })

  test.each<[string, StoredRecord, boolean]>([
    ['loses an insert to another', rivals, false],
    ['finds its own earlier insert', ours, true],
  ])('%s', async (_, committed, answer) => {
    const { repository, rival, waiting } = await stage()
    await rival.query('BEGIN')
    await insertBy(rival, committed)
    const written = repository.write([{ record: ours, expected: null }], soon())
    await waiting()
    await rival.query('COMMIT')
    expect(await written).toEqual([answer])
    const [found] = await repository.read([key(1)], soon())
    expect(found?.etag).toBe(committed.etag)
  })

  test('inserts where another insert was rolled back', async () => {
    const { repository, rival, waiting } = await stage()
    await rival.query('BEGIN')
    await insertBy(rival, rivals)
    const written = repository.write([{ record: ours, expected: null }], soon())
    await waiting()
    await rival.query('ROLLBACK')
    expect(await written).toEqual([true])
  })

  test('decides the other entries of its batch too', async () => {
    const { repository, rival, waiting } = await stage()
    await repository.write([{ record: stored, expected: null }], soon())
    await rival.query('BEGIN')
    await replaceBy(rival, rivals)
    const batch = [record(0), ours, record(2)]
    const written = repository.write(
      batch.map((each) => ({ record: each, expected: each === ours ? stored.etag : null })),
      soon(),
    )
    await waiting()
    await rival.query('COMMIT')
    expect(await written).toEqual([true, false, true])
  })
})

test('prune skips locked rows, and keeps those whose retention was extended', async () => {
  const { repository, rival } = await stage()
  const now = Date.now() + 60_000
  const [locked, raised, past] = [1, 2, 3].map((n) => record(n, { retainUntil: now - 1 }))
  const all = [locked, raised, past] as StoredRecord[]
  await repository.write(
    all.map((record) => ({ record, expected: null })),
    soon(),
  )
  await rival.query('BEGIN')
  await rival.query('SELECT FROM tokenward_records WHERE key = $1 FOR UPDATE', [key(1)])
  await repository.write(
    [{ record: record(2, { retainUntil: now + 1 }), expected: raised?.etag ?? '' }],
    soon(),
  )
  expect(await repository.prune(now, 10, false, soon())).toBe(1)
  await rival.query('COMMIT')
  expect(await repository.prune(now, 10, false, soon())).toBe(1)
  expect(await repository.list(null, null, 10, soon())).toMatchObject([{ key: key(2) }])
})

test.each(['40P01', '40001'])(
  'a statement that Postgres rolled back with %s is repeated',
  async (code) => {
    const url = await newDatabase()
    await prepared(url)
    const callerPool = pool(url)
    let refusals = 2
    const repository = connect({
      connect: (callback) =>
        callerPool.connect((error, client) => {
          if (!client) return callback(error, client)
          const query = client.query.bind(client)
          client.query = async (...args: unknown[]) => {
            if (refusals-- > 0) throw Object.assign(new Error('rolled back'), { code })
            client.query = query
            return Reflect.apply(query, client, args)
          }
          callback(error, client)
        }),
      on: (event, listener) => callerPool.on(event, listener),
      removeListener: (event, listener) => callerPool.removeListener(event, listener),
    })
    refusals = 0
    await repository.open()
    refusals = 2
    expect(await repository.write([{ record: record(1), expected: null }], soon())).toEqual([true])
    expect(refusals).toBeLessThanOrEqual(0)
  },
)

describe.each(['read committed', 'repeatable read', 'serializable'])('under %s', (isolation) => {
  test('of racing writes exactly one wins, and none is rejected', async () => {
    const url = await newDatabase()
    await prepared(url)
    const options = `-c default_transaction_isolation=${isolation.replace(' ', '\\ ')}`
    const callerPool = pool(url, { options, max: 8 })
    const repository = connect(callerPool)
    await repository.open()
    for (let n = 1, stored: string | null = null; n <= 10; n++) {
      const rivals = Array.from({ length: 8 }, () => record(1))
      const expected: string | null = stored
      const answers = await Promise.all(
        rivals.map((record) => repository.write([{ record, expected }], soon())),
      )
      const winners = rivals.filter((_, i) => answers[i]?.[0])
      expect(winners).toHaveLength(1)
      const [found] = await repository.read([key(1)], soon())
      expect(found).toEqual(winners[0])
      stored = found?.etag ?? null
    }
  })
})
