import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { COSTS, REDIS_KEY, type SizedStore } from '../src/sizing/costs.ts'
import { withTables } from '../src/sizing/page.ts'
import { askedPart, bytesOf, clusterCost, sizeOf } from '../src/sizing/size.ts'

const stores = Object.keys(COSTS) as SizedStore[]
const NONE = { verifications: 0, sessions: 0 }

test('the tables of the page are those of the calculation', async () => {
  const page = await readFile(resolve(import.meta.dirname, '../../../docs/sizing.md'), 'utf8')
  expect(withTables(page)).toBe(page)
})

test('a cluster of three costs what was calculated, to within a third', () => {
  const measured = COSTS['redis-cluster'].server
  expect(clusterCost(REDIS_KEY) / measured).toBeGreaterThan(2 / 3)
  expect(clusterCost(REDIS_KEY) / measured).toBeLessThan(3 / 2)
})

test.each(stores)(
  '%s: twice the load needs twice the processors, and twice the sessions twice the space',
  (store) => {
    const one = sizeOf(store, { verifications: 1_000, sessions: 1e6 })
    const two = sizeOf(store, { verifications: 2_000, sessions: 2e6 })
    expect(two.applicationCores).toBeCloseTo(2 * one.applicationCores)
    expect(two.serverCores).toBeCloseTo(2 * one.serverCores)
    expect(two.bytes).toBe(2 * one.bytes)
  },
)

test('a lease asks the store once for each token, instance and lease', () => {
  expect(askedPart({ lease: 0, perToken: 100 })).toBe(1)
  // 1 read, and 10 verifications a second for 1 s without one.
  expect(askedPart({ lease: 1_000, perToken: 10 })).toBeCloseTo(1 / 11)
  const load = { verifications: 100_000, sessions: 1e6, lease: 1_000, perToken: 10 }
  expect(sizeOf('redis', load).reads).toBeCloseTo(100_000 / 11)
})

test('one Redis server has one thread and its memory', () => {
  expect(sizeOf('redis', { ...NONE, verifications: 10_000 }).limit).toBe(null)
  expect(sizeOf('redis', { ...NONE, verifications: 1e6 }).limit).toMatch(/thread/)
  expect(sizeOf('redis', { ...NONE, sessions: 1e9 }).limit).toMatch(/memory/)
})

test('a cluster grows until the shard of the root record is busy', () => {
  expect(sizeOf('redis-cluster', { ...NONE, verifications: 1e6 })).toMatchObject({ limit: null })
  expect(sizeOf('redis-cluster', { ...NONE, verifications: 1e8 }).limit).toMatch(/root/)
  const bytes = bytesOf('redis-cluster', 1e9)
  expect(sizeOf('redis-cluster', { ...NONE, sessions: 1e9 }).servers).toBe(Math.ceil(bytes / 64e9))
})

test('one Postgres server has a limit', () => {
  expect(sizeOf('postgres', { ...NONE, verifications: 100_000 }).limit).toBe(null)
  expect(sizeOf('postgres', { ...NONE, verifications: 1e7 }).limit).toMatch(/primary/)
})
