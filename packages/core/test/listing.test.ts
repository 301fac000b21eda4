import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import type { Tokenward } from '../src/index.ts'
import { ADA, DAY, instance } from './instance.ts'
import { listingRepository } from './map-repository.ts'

const LIFETIMES = { access: '15m', refresh: '30d', session: '90d' } as const

async function activeFlags(tokens: Tokenward, subject = 'ada'): Promise<boolean[]> {
  const { items } = await tokens.list({ subject }, { limit: 1000 })
  return items.map(({ active }) => active)
}

test('a session whose refresh token has expired is not active', async () => {
  const repository = listingRepository()
  const { tokens, clock } = await instance({ repository, lifetimes: LIFETIMES })
  const login = await tokens.issue(ADA)
  clock.now += 29 * DAY
  const { items } = await tokens.list({ subject: 'ada' }, { kind: 'session' })
  expect(items).toMatchObject([{ active: true, endsAt: login.endsAt }])
  clock.now += 2 * DAY
  expect(await activeFlags(tokens)).not.toContain(true)
  const [session] = (await tokens.list({ subject: 'ada' }, { kind: 'session' })).items
  expect(session).toMatchObject({ active: false, reason: 'expired' })
  expect(await tokens.explain({ record: session?.record ?? '' })).toMatchObject({
    active: false,
    reason: 'expired',
  })
})

test.each([
  ['its session', (tokens: Tokenward, session: string) => tokens.revoke({ session })],
  ['its subject', (tokens: Tokenward) => tokens.revoke({ subject: 'ada' })],
  ['everything', (tokens: Tokenward) => tokens.revoke({ everything: true })],
])('prune() makes no token active again after a revocation of %s', async (_, revoke) => {
  const { tokens, clock } = await instance({
    repository: listingRepository(),
    lifetimes: LIFETIMES,
  })
  const login = await tokens.issue(ADA)
  await revoke(tokens, login.session)
  for (let day = 0; day < 95; day++) {
    await tokens.prune()
    expect(await activeFlags(tokens), `day ${day}`).not.toContain(true)
    clock.now += DAY
  }
})

test('the cutoff of a session is retained as long as its record', async () => {
  const records = new Map<string, StoredRecord>()
  const { tokens } = await instance({
    repository: listingRepository(records),
    lifetimes: LIFETIMES,
  })
  const { session } = await tokens.issue(ADA)
  await tokens.revoke({ session })
  const retained = (kind: string) =>
    [...records.values()].filter((record) => record.kind === kind).map((r) => r.retainUntil)
  expect(Math.min(...retained('cutoff'))).toBeGreaterThanOrEqual(Math.max(...retained('session')))
})

test('list() reads the cutoffs of a page once', async () => {
  const records = new Map<string, StoredRecord>()
  const sizes: number[] = []
  const repository = listingRepository(records)
  const { tokens } = await instance({
    repository: {
      ...repository,
      read: (keys, signal) => {
        sizes.push(keys.length)
        return repository.read(keys, signal)
      },
    },
  })
  for (let i = 0; i < 300; i++) await tokens.issue({ ...ADA, refresh: false })
  sizes.length = 0
  expect(await activeFlags(tokens)).toHaveLength(300)
  // The root record and the four cutoffs that all tokens share, for each page.
  expect(sizes).toEqual([5, 5, 5])
})

test('prune() lets other work go on between its batches', async () => {
  const records = new Map<string, StoredRecord>()
  const repository = listingRepository(records)
  const batches: number[] = []
  let turns = 0
  let pruning = true
  const { tokens, clock } = await instance({
    repository: {
      ...repository,
      prune: async (now, limit, dryRun, signal) => {
        batches.push(turns)
        expect(limit).toBeLessThanOrEqual(500)
        return (await repository.prune?.(now, limit, dryRun, signal)) ?? 0
      },
    },
  })
  for (let i = 0; i < 1_500; i++) await tokens.issue({ ...ADA, refresh: false })
  clock.now += DAY
  const count = (): void => {
    turns++
    if (pruning) setImmediate(count)
  }
  count()
  const progress: number[] = []
  const pruned = await tokens.prune({ onProgress: (deleted) => progress.push(deleted) })
  pruning = false
  expect(pruned).toEqual({ deleted: 1_500, more: false })
  expect(progress.at(-1)).toBe(1_500)
  expect(new Set(batches).size, 'each batch in its own turn').toBe(batches.length)
})

test('prune() does not shrink its batches without end where the store is far away', async () => {
  const repository = listingRepository()
  const sizes: number[] = []
  const { tokens, clock } = await instance({
    repository: {
      ...repository,
      prune: async (now, limit, dryRun, signal) => {
        sizes.push(limit)
        // Longer than the time that a batch should take.
        const started = performance.now()
        while (performance.now() - started < 10);
        return (await repository.prune?.(now, limit, dryRun, signal)) ?? 0
      },
    },
  })
  for (let i = 0; i < 450; i++) await tokens.issue({ ...ADA, refresh: false })
  clock.now += DAY
  expect(await tokens.prune()).toEqual({ deleted: 450, more: false })
  expect(sizes).toEqual([100, 100, 100, 100, 100])
})

test('prune() counts with dryRun, and stops at its limit', async () => {
  const { tokens, clock } = await instance({ repository: listingRepository() })
  for (let i = 0; i < 10; i++) await tokens.issue({ ...ADA, refresh: false })
  clock.now += DAY
  expect(await tokens.prune({ dryRun: true })).toEqual({ deleted: 10, more: false })
  expect(await tokens.prune({ limit: 4 })).toEqual({ deleted: 4, more: true })
  expect(await tokens.prune()).toEqual({ deleted: 6, more: false })
})

test('list() of a subject at one client reads on, and its cursor leads past records of others', async () => {
  const { tokens, clock } = await instance({ repository: listingRepository() })
  const old = await tokens.issue({ ...ADA, client: 'rare', refresh: false })
  clock.now += 1
  for (let i = 0; i < 1_100; i++) await tokens.issue({ ...ADA, client: 'web', refresh: false })
  const rare = { subject: 'ada', client: 'rare' }
  const { items, cursor = '' } = await tokens.list(rare, { limit: 5 })
  expect(items).toEqual([])
  const last = await tokens.list(rare, { limit: 5, cursor })
  expect(last).toEqual({ items: [expect.objectContaining({ expiresAt: old.expiresAt })] })
  expect((await tokens.list({ subject: 'ada', client: 'web' }, { limit: 7 })).items).toHaveLength(7)
})
