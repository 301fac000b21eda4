import { afterEach, expect, test, vi } from 'vitest'
import type { TokenRepository } from '../src/adapter.ts'
import { instance } from './instance.ts'
import { listingRepository } from './map-repository.ts'

afterEach(() => void vi.restoreAllMocks())

type Prune = NonNullable<TokenRepository['prune']>

/** A store with so many records to delete, where each batch takes `ms`. */
async function pruning(count: number, ms = 0) {
  let left = count
  let passed = 0
  // A whole number, so that differences are exact.
  const start = Math.ceil(performance.now())
  vi.spyOn(performance, 'now').mockImplementation(() => start + passed)
  const calls: Parameters<Prune>[] = []
  const prune: Prune = async (...args) => {
    calls.push(args)
    const [, limit, dryRun] = args
    passed += ms
    const deleted = Math.min(limit, left)
    if (!dryRun) left -= deleted
    return deleted
  }
  const { tokens, clock } = await instance({
    repository: listingRepository(new Map(), { prune }),
  })
  const sizes = () => calls.map(([, size]) => size)
  return { tokens, clock, calls, sizes }
}

test.each([
  ['grow as long as the store is fast', 5, [100, 200, 400, 500, 500, 500]],
  ['stay small where it is slow', 6, Array.from({ length: 18 }, () => 100)],
])('batches %s', async (_, ms, expected) => {
  const { tokens, sizes } = await pruning(1_750, ms)
  expect(await tokens.prune()).toEqual({ deleted: 1_750, more: false })
  expect(sizes()).toEqual(expected)
})

test('a batch is half as large after one that took too long', async () => {
  const { tokens, sizes, calls } = await pruning(2_000)
  const now = performance.now()
  let late = 0
  vi.spyOn(performance, 'now').mockImplementation(() => {
    // From the fourth batch on.
    if (calls.length > 3) late += 6
    return now + late
  })
  expect(await tokens.prune()).toEqual({ deleted: 2_000, more: false })
  expect(sizes()).toEqual([100, 200, 400, 500, 250, 125, 100, 100, 100, 100, 100])
})

test.each([
  ['as long as the batch took', 40, 40],
  ['at most 100 ms', 3_000, 100],
])('the pause between batches is %s', async (_, ms, expected) => {
  const { tokens } = await pruning(150, ms)
  const pauses: unknown[] = []
  const { setTimeout } = globalThis
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((task: () => void, delay: number) => {
    pauses.push(delay)
    // Not that of the deadline.
    return setTimeout(task, delay > 3_000 ? delay : 1)
  }) as never)
  await tokens.prune()
  expect(pauses.filter((each) => each === 40 || each === 100 || each === 3_000)).toEqual([expected])
})

test('no batch is larger than what is left of the limit', async () => {
  const { tokens, sizes, calls, clock } = await pruning(1_000)
  const progress: number[] = []
  const onProgress = (deleted: number) => progress.push(deleted)
  expect(await tokens.prune({ limit: 350, onProgress })).toEqual({ deleted: 350, more: true })
  expect(sizes()).toEqual([100, 200, 50])
  expect(progress).toEqual([100, 300, 350])
  expect(calls.map(([now, , dryRun]) => [now, dryRun])).toEqual(
    Array.from({ length: 3 }, () => [clock.now, false]),
  )
})

test.each([
  [350, {}, { deleted: 350, more: false }, 100_000],
  [350, { limit: 351 }, { deleted: 350, more: false }, 351],
  [350, { limit: 350 }, { deleted: 350, more: true }, 350],
])(
  'a dry run of %i records with %o counts them in one batch',
  async (count, options, result, size) => {
    const { tokens, calls, clock } = await pruning(count)
    const events: object[] = []
    tokens.on('pruned', (event) => void events.push(event))
    expect(await tokens.prune({ ...options, dryRun: true })).toEqual(result)
    expect(calls.map((args) => args.slice(0, 3))).toEqual([[clock.now, size, true]])
    expect(events).toEqual([])
  },
)
