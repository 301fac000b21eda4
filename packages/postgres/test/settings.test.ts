import { describe, expect, test } from 'vitest'
import { findingsOf, type Settings } from '../src/capabilities.ts'
import { type ClientLike, type PoolLike, postgres } from '../src/index.ts'
import { client, connect, key, newDatabase, pool, prepared, record, soon } from './support.ts'

const safe: Settings = {
  version: 150_000,
  replica: false,
  fsync: 'on',
  fullPageWrites: 'on',
  isolation: 'read committed',
  readOnly: 'off',
  persistence: 'p',
  rowSecurity: true,
  revokes: [],
  pooled: false,
}
const reverting = { durability: 'reverting' }

test.each<[string, Partial<Settings>, object | undefined]>([
  ['replica', { replica: true }, { ...reverting, linearizable: false }],
  ['unlogged-table', { persistence: 'u' }, reverting],
  ['unlogged-table', { persistence: 't' }, reverting],
  ['fsync-off', { fsync: 'off' }, reverting],
  ['full-page-writes-off', { fullPageWrites: 'off' }, reverting],
  ['pooler', { pooled: true }, { notifications: false }],
  ['isolation-level', { isolation: 'serializable' }, undefined],
  ['read-only', { readOnly: 'on' }, undefined],
  ['unsupported-version', { version: 140_012 }, undefined],
])('%s: found in %j, lowers %j', (code, change, downgrades) => {
  const findings = findingsOf({ ...safe, ...change })
  expect(findings).toEqual([
    {
      code,
      message: expect.stringMatching(/./),
      fix: expect.stringMatching(/./),
      ...(downgrades && { downgrades }),
    },
  ])
})

test('nothing is found where all is well, with and without the tables', () => {
  expect(findingsOf(safe)).toEqual([])
  expect(findingsOf({ ...safe, persistence: null })).toEqual([])
})

describe('open()', () => {
  test('finds nothing on a server as it comes, before and after migrate()', async () => {
    const url = await newDatabase()
    const repository = await prepared(url)
    expect(await repository.open()).toEqual([])
    expect(await connect(await newDatabase()).open()).toEqual([])
  })

  test('a URL is right whatever the server or the role defaults to', async () => {
    const url = await newDatabase()
    await prepared(url)
    const operator = await client(url)
    const name = new URL(url).pathname.slice(1)
    for (const hostile of [
      `default_transaction_isolation = 'serializable'`,
      'default_transaction_read_only = on',
      'synchronous_commit = off',
      'statement_timeout = 1',
    ]) {
      await operator.query(`ALTER DATABASE ${name} SET ${hostile}`)
    }
    const repository = connect(url)
    expect(await repository.open()).toEqual([])
    expect(await repository.write([{ record: record(1), expected: null }], soon())).toEqual([true])
  })

  test('a pool of the caller is looked at, and left as it is', async () => {
    const url = await newDatabase()
    await prepared(url)
    const options = '-c default_transaction_isolation=serializable'
    const lent = pool(url, { options })
    expect(await connect(lent).open()).toMatchObject([{ code: 'isolation-level' }])
    const { rows } = await lent.query('SHOW default_transaction_isolation')
    expect(rows).toEqual([{ default_transaction_isolation: 'serializable' }])
  })

  test('an UNLOGGED table lowers retention; what the operator assumes is only reported', async () => {
    const url = await newDatabase()
    await prepared(url)
    await (await client(url)).query('ALTER TABLE tokenward_records SET UNLOGGED')
    expect(await connect(url).open()).toMatchObject([
      { code: 'unlogged-table', fix: expect.stringContaining('SET LOGGED'), downgrades: reverting },
    ])
    const assumed = connect(url, { assume: { durability: 'durable' } })
    const [finding] = await assumed.open()
    expect(finding?.code).toBe('unlogged-table')
    expect(finding).not.toHaveProperty('downgrades')
    expect(postgres(url, { assume: { durability: 'evicting' } }).capabilities.durability).toBe(
      'evicting',
    )
  })
})

// As PgBouncer does it: the process that answers is not the one of which the client was told.
test('behind a pooler nothing is left on a connection for the next statement', async () => {
  const url = await newDatabase()
  await prepared(url)
  const lent = pool(url)
  const named: (string | undefined)[] = []
  const pooler: PoolLike = {
    connect: (lend) =>
      lent.connect((error, real) => {
        if (!real) return lend(error, real)
        lend(error, {
          processID: 1,
          query: (query) => {
            named.push(query.name)
            return real.query(
              query.name === undefined ? query : { ...query, values: query.values ?? [] },
            )
          },
          on: real.on.bind(real) as ClientLike['on'],
          removeListener: (event, listener) => real.removeListener(event, listener),
          release: (destroy) => real.release(destroy),
        })
      }),
    on: (event, listener) => lent.on(event, listener),
    removeListener: (event, listener) => lent.removeListener(event, listener),
  }
  const repository = connect(pooler)
  expect(await repository.open()).toMatchObject([
    { code: 'pooler', downgrades: { notifications: false } },
  ])
  await repository.write([{ record: record(1), expected: null }], soon())
  expect(await repository.read([key(1)], soon())).toMatchObject([{ key: key(1) }])
  expect(named.filter((name) => name !== undefined)).toEqual([])
})
