import type { Pruned } from '@tokenward/core'
import { expect, test } from 'vitest'
import { pruneAll } from '../src/commands/prune.ts'

/** A store of so many records that can go. */
function wardOf(left: number): {
  prune(o?: { limit?: number }): Promise<Pruned>
  limits: number[]
} {
  const limits: number[] = []
  return {
    limits,
    prune: async ({ limit = 0 } = {}) => {
      limits.push(limit)
      const deleted = Math.min(limit, left)
      left -= deleted
      return { deleted, more: deleted === limit }
    },
  }
}

test('goes on until nothing is left, and tells how far it is', async () => {
  const told: number[] = []
  expect(await pruneAll(wardOf(25_000), 2 ** 31, (n) => told.push(n))).toEqual({
    deleted: 25_000,
    more: false,
  })
  expect(told).toEqual(Array.from({ length: 25 }, (_, n) => (n + 1) * 1_000).concat(25_000))
})

test('never deletes more than the limit', async () => {
  const ward = wardOf(25_000)
  expect(await pruneAll(ward, 12_000, () => undefined)).toEqual({ deleted: 12_000, more: true })
  expect(ward.limits).toEqual(Array(12).fill(1_000))
})
