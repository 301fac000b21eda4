import { expect, test } from 'vitest'
import { searchSchedules } from '../src/parallel.ts'

test('a seed gives the same schedule in every process', async () => {
  const options = { count: 200, hashes: true, workers: 1 }
  const [once, again] = await Promise.all([searchSchedules(options), searchSchedules(options)])
  expect(once.hashes).toHaveLength(200)
  expect(new Set(once.hashes).size).toBe(200)
  expect(again.hashes).toEqual(once.hashes)
})

test('a schedule does not depend on those that ran before it', async () => {
  const all = await searchSchedules({ count: 40, hashes: true, workers: 1 })
  const late = await searchSchedules({ from: 31, count: 10, hashes: true, workers: 1 })
  expect(late.hashes).toEqual(all.hashes.slice(30))
})
