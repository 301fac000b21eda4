import { describe, expect, test } from 'vitest'
import { findingsOf } from '../src/findings.ts'
import { type ClientLike, type PoolLike, postgres } from '../src/index.ts'
import type { Settings } from '../src/settings.ts'
import { client, connect, key, newDatabase, pool, prepared, record, soon } from './support.ts'

const safe: Settings = {
  version: 150_000,
  isReplica: false,
  fsync: 'on',
  fullPageWrites: 'on',
  isolation: 'read committed',
  readOnly: 'off',
  persistence: 'p',
  hasRowSecurity: true,
  strayGrants: [],
  isPooled: false,
}
const reverting = { durability: 'reverting' }

test.each<[string, Partial<Settings>, object | undefined]>([
  ['replica', { isReplica: true }, { ...reverting, linearizable: false }],
  ['unlogged-table', { persistence: 'u' }, reverting],
  ['unlogged-table', { persistence: 't' }, reverting],
  ['fsync-off', { fsync: 'off' }, reverting],
  ['full-page-writes-off', { fullPageWrites: 'off' }, reverting],
  ['pooler', { isPooled: true }, { notifications: false }],
  ['isolation-level', { isolation: 'serializable' }, undefined],
  ['read-only', { readOnly: 'on' }, undefined],
  ['unsupported-version', { version: 140_012 }, undefined],
])('%s: found in %j, downgrades to %j', (code, change, downgrades) => {
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

test('safe settings have no findings, with and without the tables', () => {
  expect(findingsOf(safe)).toEqual([])
  expect(findingsOf({ ...safe, persistence: null })).toEqual([])
})

describe('open()', () => {
  test('finds nothing on a server with default settings, before and after migrate()', async () => {
    const url = await newDatabase()
    const repository = await prepared(url)
    expect(await repository.open()).toEqual([])
    expect(await connect(await newDatabase()).open()).toEqual([])
  })

  test('a URL overrides the unsafe defaults of the server and the role', async () => {
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

  test('the settings of a caller-owned pool are checked, and not changed', async () => {
    const url = await newDatabase()
    await prepared(url)
    const options = '-c default_transaction_isolation=serializable'
    const callerPool = pool(url, { options })
    expect(await connect(callerPool).open()).toMatchObject([{ code: 'isolation-level' }])
    const { rows } = await callerPool.query('SHOW default_transaction_isolation')
    expect(rows).toEqual([{ default_transaction_isolation: 'serializable' }])
  })

  test('an UNLOGGED table lowers the durability, unless the operator assumes it', async () => {
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

// Like PgBouncer: the process that replies is not the one whose id the client got.
test('behind a pooler no statement is prepared on a connection', async () => {
  const url = await newDatabase()
  await prepared(url)
  const callerPool = pool(url)
  const named: (string | undefined)[] = []
  const pooler: PoolLike = {
    connect: (callback) =>
      callerPool.connect((error, real) => {
        if (!real) return callback(error, real)
        callback(error, {
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
    on: (event, listener) => callerPool.on(event, listener),
    removeListener: (event, listener) => callerPool.removeListener(event, listener),
  }
  const repository = connect(pooler)
  expect(await repository.open()).toMatchObject([
    { code: 'pooler', downgrades: { notifications: false } },
  ])
  await repository.write([{ record: record(1), expected: null }], soon())
  expect(await repository.read([key(1)], soon())).toMatchObject([{ key: key(1) }])
  expect(named.filter((name) => name !== undefined)).toEqual([])
})
