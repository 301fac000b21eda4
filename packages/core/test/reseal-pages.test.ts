import { expect, test } from 'vitest'
import type { StoredRecord, TokenRepository } from '../src/adapter.ts'
import { CLOCK_MARGIN_MS } from '../src/decision/decide.ts'
import { generateSealingKey, type ResealOptions } from '../src/index.ts'
import { headerOf } from '../src/sealing/header.ts'
import { ADA, DAY, instance } from './instance.ts'
import { listingRepository, recordOf } from './map-repository.ts'
import { recordOfKind, sealedOf } from './sealing/fixtures.ts'

const OLD = { ...generateSealingKey(), kid: 'old' }
const NEW = { ...generateSealingKey(), kid: 'new' }

/**
 * So many tokens that the old key has sealed, later ones without anything sealed, and an instance whose
 * current key is the new one.
 */
async function outdated(count: number, others = 0) {
  const plain = Array.from({ length: others }, (_, n) =>
    recordOf(n, { createdAt: 1_800_000_000_001 + n }),
  )
  const records = new Map<string, StoredRecord>(plain.map((record) => [record.key, record]))
  const repository = listingRepository(records)
  const { tokens: old, clock } = await instance({ repository, sealing: OLD })
  for (let n = 0; n < count; n++) await old.issue({ ...ADA, refresh: false, data: { n } })
  const { tokens } = await instance({ repository, clock: clock.read, sealing: [NEW, OLD] })
  const keyIds = () => {
    const { sealingKeys } = JSON.parse(recordOfKind(records, 'root').body)
    return (sealingKeys as { id: string }[]).map(({ id }) => id)
  }
  return { tokens, old, clock, records, keyIds }
}

test('after the whole store the id of a key that seals nothing is forgotten', async () => {
  const { tokens, records, keyIds } = await outdated(5, 100)
  const { size } = records
  const expected = { scanned: size, resealed: 5, unreadable: 0, keys: { new: 5 } }
  expect(await tokens.reseal()).toEqual(expected)
  expect(keyIds()).toEqual(['new'])
})

test('a limit ends within a page, and its cursor leads to the rest', async () => {
  const { tokens, records, keyIds } = await outdated(5, 100)
  const { size } = records
  const first = await tokens.reseal({ limit: 102 })
  expect(first).toMatchObject({ scanned: 102, cursor: expect.any(String) })
  expect(keyIds()).toEqual(['old', 'new'])
  const { cursor = '' } = first
  const rest = await tokens.reseal({ cursor })
  expect(rest).toEqual({
    scanned: size - 102,
    resealed: 5 - first.resealed,
    unreadable: 0,
    keys: { new: 5 - first.resealed },
  })
  // Only one call that has seen everything knows what seals nothing.
  expect(keyIds()).toEqual(['old', 'new'])
})

test('the pages of a limit have each record once', async () => {
  const { tokens, records } = await outdated(7)
  let scanned = 0
  let cursor: string | undefined
  do {
    const done = await tokens.reseal({ limit: 3, dryRun: true, ...(cursor && { cursor }) })
    scanned += done.scanned
    cursor = done.cursor
  } while (cursor !== undefined)
  expect(scanned).toBe(records.size)
})

test.each<[string, ResealOptions, string[]]>([
  ['a dry run', { dryRun: true }, ['old']],
  ['a call that is aborted', { signal: AbortSignal.abort() }, ['old', 'new']],
])('%s forgets no key', async (_, options, expected) => {
  const { tokens, keyIds } = await outdated(2)
  await tokens.reseal(options)
  expect(keyIds()).toEqual(expected)
})

test('a call that is aborted ends with the page, and with a cursor', async () => {
  const { tokens } = await outdated(5, 100)
  const aborting = new AbortController()
  const progress: object[] = []
  const first = await tokens.reseal({
    signal: aborting.signal,
    onProgress: (each) => {
      progress.push(each)
      aborting.abort()
    },
  })
  expect(first).toMatchObject({ scanned: 100, cursor: expect.any(String) })
  expect(progress).toEqual([{ scanned: 100, resealed: first.resealed }])
})

test('a call that is aborted after the last record has no cursor', async () => {
  const { tokens, records } = await outdated(1)
  const { cursor = '' } = await tokens.reseal({ limit: records.size })
  const options = { cursor, signal: AbortSignal.abort() }
  const expected = { scanned: 0, resealed: 0, unreadable: 0, keys: {} }
  expect(await tokens.reseal(options)).toEqual(expected)
})

test('a record is written up to the time when it may be pruned', async () => {
  const { tokens, records, clock } = await outdated(1)
  const { key, retainUntil } = recordOfKind(records, 'token')
  const keyOf = () => headerOf(sealedOf(records.get(key) as StoredRecord))?.kid
  clock.now = retainUntil - CLOCK_MARGIN_MS
  expect(await tokens.reseal()).toMatchObject({ scanned: records.size, resealed: 0 })
  expect(keyOf()).toBe('old')
  clock.now -= 1
  expect(await tokens.reseal()).toMatchObject({ resealed: 1 })
  expect(keyOf()).toBe('new')
})

test('a record that is corrupt is left alone', async () => {
  const { tokens, records } = await outdated(2)
  const token = recordOfKind(records, 'token')
  const corrupt = { ...token, body: '{' }
  records.set(token.key, corrupt)
  const expected = { scanned: records.size, resealed: 1, unreadable: 0, keys: { new: 1 } }
  expect(await tokens.reseal()).toEqual(expected)
  expect(records.get(token.key)).toEqual(corrupt)
})

test('the records of a page are not read again, unless they have changed', async () => {
  const inner = new Map<string, StoredRecord>()
  const base = listingRepository(inner)
  const reads: string[] = []
  let beforeWrite: (() => Promise<unknown>) | null = null
  const repository: TokenRepository = {
    ...base,
    read: (keys, signal) => {
      reads.push(...keys)
      return base.read(keys, signal)
    },
    write: async (writes, signal) => {
      const first = writes.some(({ record }) => record.kind === 'session') ? beforeWrite : null
      if (first) beforeWrite = null
      await first?.()
      return base.write(writes, signal)
    },
  }
  const { tokens: old, clock } = await instance({ repository, sealing: OLD })
  const { session } = await old.issue({ ...ADA, data: { n: 1 } })
  const { key } = recordOfKind(inner, 'session')
  const open = async (sealing: typeof OLD) =>
    (await instance({ repository, clock: clock.read, sealing: [sealing, OLD] })).tokens
  const tokens = await open(NEW)
  beforeWrite = () => old.updateData({ session }, () => ({ n: 2 }))
  expect(await tokens.reseal()).toMatchObject({ unreadable: 0, keys: { new: 2 } })
  expect(await tokens.data({ session })).toMatchObject({ data: { n: 2 } })
  const third = await open({ ...generateSealingKey(), kid: 'third' })
  clock.now += DAY
  reads.length = 0
  await third.reseal({ dryRun: true })
  expect(reads).not.toContain(key)
})
