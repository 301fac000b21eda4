import type { StoredRecord } from '@tokenward/core/adapter'
import type { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { client, connect, etag, key, newDatabase, pool, prepared, record, soon } from './support.ts'

// What another transaction does while ours waits for it: the statement sees the row as it was when
// the statement began, and the lock as the row is now.

async function stage() {
  const url = await newDatabase()
  const [repository, rival, observer] = [await prepared(url), await client(url), await client(url)]
  return { url, repository, rival, waiting: () => somebodyWaits(observer) }
}

/** Resolves once a connection waits for a lock. */
async function somebodyWaits(observer: Client): Promise<void> {
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

function insertBy(rival: Client, { key, etag, expiresAt, retainUntil }: StoredRecord) {
  return rival.query(
    `INSERT INTO tokenward_records VALUES ('default', $1, 'token', 'active', $2, $3, $4, '{}', '{}')`,
    [key, etag, expiresAt, retainUntil],
  )
}

function deleteBy(rival: Client, { key }: StoredRecord): Promise<unknown> {
  return rival.query('DELETE FROM tokenward_records WHERE key = $1', [key])
}

describe('a write that waits for another transaction', () => {
  const stands = record(1)
  const ours = record(1)
  const theirs = record(1)

  test.each<[string, string | null, (rival: Client) => Promise<unknown>, boolean, string | null]>([
    ['loses to a replacement', stands.etag, (r) => replaceBy(r, theirs), false, theirs.etag],
    ['wins over what replaced the rest', theirs.etag, (r) => replaceBy(r, theirs), true, ours.etag],
    ['finds its own earlier try', stands.etag, (r) => replaceBy(r, ours), true, ours.etag],
    ['finds nothing after a prune', stands.etag, (r) => deleteBy(r, stands), false, null],
    ['does not insert what was expected there', etag(), (r) => deleteBy(r, stands), false, null],
    [
      'finds what stands there pruned and made anew',
      stands.etag,
      async (r) => [await deleteBy(r, stands), await insertBy(r, theirs)],
      false,
      theirs.etag,
    ],
  ])('%s', async (_, expected, change, answer, left) => {
    const { repository, rival, waiting } = await stage()
    await repository.write([{ record: stands, expected: null }], soon())
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
    ['loses an insert to another', theirs, false],
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
    await insertBy(rival, theirs)
    const written = repository.write([{ record: ours, expected: null }], soon())
    await waiting()
    await rival.query('ROLLBACK')
    expect(await written).toEqual([true])
  })

  test('answers the other entries of its batch too', async () => {
    const { repository, rival, waiting } = await stage()
    await repository.write([{ record: stands, expected: null }], soon())
    await rival.query('BEGIN')
    await replaceBy(rival, theirs)
    const batch = [record(0), ours, record(2)]
    const written = repository.write(
      batch.map((each) => ({ record: each, expected: each === ours ? stands.etag : null })),
      soon(),
    )
    await waiting()
    await rival.query('COMMIT')
    expect(await written).toEqual([true, false, true])
  })
})

test('prune passes by what is locked, and spares what was raised before it came', async () => {
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

test.each(['40P01', '40001'])('what Postgres rolled back with %s is repeated', async (code) => {
  const url = await newDatabase()
  await prepared(url)
  const lent = pool(url)
  let refusals = 2
  const repository = connect({
    connect: (lend) =>
      lent.connect((error, client) => {
        if (!client) return lend(error, client)
        const query = client.query.bind(client)
        client.query = async (...args: unknown[]) => {
          if (refusals-- > 0) throw Object.assign(new Error('rolled back'), { code })
          client.query = query
          return Reflect.apply(query, client, args)
        }
        lend(error, client)
      }),
    on: (event, listener) => lent.on(event, listener),
    removeListener: (event, listener) => lent.removeListener(event, listener),
  })
  refusals = 0
  await repository.open()
  refusals = 2
  expect(await repository.write([{ record: record(1), expected: null }], soon())).toEqual([true])
  expect(refusals).toBeLessThanOrEqual(0)
})

describe.each(['read committed', 'repeatable read', 'serializable'])('under %s', (isolation) => {
  test('racing writes have one winner, and nobody is refused', async () => {
    const url = await newDatabase()
    await prepared(url)
    const options = `-c default_transaction_isolation=${isolation.replace(' ', '\\ ')}`
    const lent = pool(url, { options, max: 8 })
    const repository = connect(lent)
    await repository.open()
    for (let n = 1, standing: string | null = null; n <= 10; n++) {
      const rivals = Array.from({ length: 8 }, () => record(1))
      const expected: string | null = standing
      const answers = await Promise.all(
        rivals.map((record) => repository.write([{ record, expected }], soon())),
      )
      const winners = rivals.filter((_, i) => answers[i]?.[0])
      expect(winners).toHaveLength(1)
      const [found] = await repository.read([key(1)], soon())
      expect(found).toEqual(winners[0])
      standing = found?.etag ?? null
    }
  })
})
