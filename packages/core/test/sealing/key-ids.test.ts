import { afterEach, expect, test, vi } from 'vitest'
import { corruptRecord, type StoredRecord } from '../../src/adapter.ts'
import { generateSealingKey } from '../../src/index.ts'
import { ADA, instance } from '../instance.ts'
import { compareAndSet, listingRepository, mapRepository } from '../map-repository.ts'
import { recordOfKind, sealing } from './fixtures.ts'

afterEach(() => void vi.restoreAllMocks())

const keyOfId = (kid: string) => ({ ...generateSealingKey(), kid })
const DATA = { ...ADA, data: { a: 1 } }

function idsIn(records: ReadonlyMap<string, StoredRecord>): string[] {
  const { sealingKeys = [] } = JSON.parse(recordOfKind(records, 'root').body)
  return sealingKeys.map(({ id }: { id: string }) => id)
}

test('the id of a key is written into the root record once, before its first use', async () => {
  const records = new Map<string, StoredRecord>()
  const writes: string[] = []
  let reads = 0
  const repository = listingRepository(records, {
    read: async (keys) => {
      reads++
      return keys.map((key) => records.get(key) ?? null)
    },
    write: async (all) => {
      writes.push(...all.map(({ record }) => record.kind))
      return all.map((write) => compareAndSet(records, write))
    },
  })
  const { tokens } = await instance({ repository, sealing: keyOfId('one') })
  writes.length = 0
  await tokens.issue({ ...DATA, refresh: false })
  expect(writes).toEqual(['root', 'token'])
  writes.length = 0
  reads = 0
  await tokens.issue({ ...DATA, refresh: false })
  expect(reads).toBe(1)
  await tokens.revoke({ subject: 'ada' }, { reason: 'lost phone' })
  expect(writes).toEqual(['token', 'cutoff'])
})

test('concurrent first uses of two keys note both', async () => {
  const { records, another } = await sealing()
  const instances = await Promise.all(
    ['one', 'two', 'one'].map((id) => another({ sealing: keyOfId(id) })),
  )
  await Promise.all(instances.map((each) => each.issue(DATA)))
  expect(idsIn(records).sort()).toEqual(['one', 'two'])
})

test('a key that has sealed and is missing is a finding, without any key', async () => {
  const { another, clock, records } = await sealing()
  const one = keyOfId('one')
  await (await another({ sealing: one })).issue(DATA)
  const findingsOf = async (options: object) => {
    const repository = listingRepository(records)
    const { tokens } = await instance({ repository, clock: clock.read, ...options })
    return (await tokens.health()).findings
  }
  const [finding] = await findingsOf({ sealing: keyOfId('onne') })
  expect(finding).toMatchObject({
    code: 'sealing-key-missing',
    message: expect.stringMatching(/: one$/),
    fix: expect.stringContaining('reseal'),
  })
  expect(JSON.stringify(finding)).not.toContain(one.k)
  expect(await findingsOf({ sealing: [keyOfId('new'), one] })).toEqual([])
  // Verifiers need no key.
  expect(await findingsOf({})).toEqual([])
})

test('reseal forgets the ids of keys that seal nothing any more, after the whole store', async () => {
  const { records, another } = await sealing()
  const [one, two] = [keyOfId('one'), keyOfId('two')]
  await (await another({ sealing: one })).issue(DATA)
  const tokens = await another({ sealing: [two, one] })
  await tokens.reseal({ limit: 1 })
  expect(idsIn(records)).toEqual(['one', 'two'])
  await tokens.reseal({ dryRun: true })
  expect(idsIn(records)).toEqual(['one', 'two'])
  await tokens.reseal()
  expect(idsIn(records)).toEqual(['two'])
})

test('reseal keeps the id of a key that still seals something', async () => {
  const { records, another } = await sealing()
  await (await another({ sealing: keyOfId('one') })).issue(DATA)
  await (await another({ sealing: keyOfId('two') })).reseal()
  expect(idsIn(records)).toEqual(['one', 'two'])
})

test('an id that was removed, or was lost with the root record, is noted again', async () => {
  const now = performance.now.bind(performance)
  let passedMs = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now() + passedMs)
  const { records, another } = await sealing()
  const tokens = await another({ sealing: keyOfId('one') })
  await tokens.issue(DATA)
  const root = recordOfKind(records, 'root')
  records.set(root.key, corruptRecord(root.key, 'corrupt'))
  expect(await tokens.revoke({ everything: true }, { reason: 'corrupt' })).toMatchObject({
    revoked: true,
    note: { reason: 'corrupt' },
  })
  expect(idsIn(records)).toEqual([])
  passedMs += 600_000
  const { session } = await tokens.issue(DATA)
  expect(idsIn(records)).toEqual(['one'])
  expect(await tokens.data({ session })).toMatchObject({ active: true, data: { a: 1 } })
  expect(await tokens.explain({ everything: true })).toMatchObject({ note: { reason: 'corrupt' } })
})

test('on an evicting store sealing works with and without a root record', async () => {
  const records = new Map<string, StoredRecord>()
  const inner = mapRepository(records)
  const capabilities = { ...inner.capabilities, durability: 'evicting' } as const
  const { tokens } = await instance({
    repository: { ...inner, capabilities },
    policy: 'allowlist',
    sealing: keyOfId('one'),
  })
  await tokens.revoke({ subject: 'ada' }, { reason: 'before the first login' })
  const first = await tokens.issue(DATA)
  expect(await tokens.verify(first.accessToken, { data: true })).toMatchObject({ data: { a: 1 } })
  expect(idsIn(records)).toEqual(['one'])
  records.delete(recordOfKind(records, 'root').key)
  expect(await tokens.verify(first.accessToken, { data: true })).toMatchObject({ active: false })
  const second = await tokens.issue(DATA)
  expect(await tokens.verify(second.accessToken, { data: true })).toMatchObject({ data: { a: 1 } })
  const { session } = second
  expect(await tokens.updateData({ session }, () => ({ a: 2 }))).toMatchObject({ updated: true })
  records.clear()
  expect(await tokens.updateData({ session }, () => ({ a: 3 }))).toEqual({
    updated: false,
    reason: 'not-found',
  })
  expect(await tokens.data({ session })).toEqual({ found: false })
})
