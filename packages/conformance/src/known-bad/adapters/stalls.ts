import type { StoredRecord } from '@tokenward/core/adapter'
import { SECOND } from '../../harness/clock.ts'
import { intercept } from '../../interceptors/intercept.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'

type Found = StoredRecord | null

/** Numbers of 8 bytes that are kept for each call: 2 KiB. */
const KEPT = 256

/** What only shows when there are many calls, or when another thing should go on meanwhile. */
export const stalls: readonly KnownBadAdapter[] = defineAdapters({
  'keeps-2-kib-per-call': {
    mutation: 'keeps 2 KiB for each read, for its statistics',
    caughtBy: 'memory-per-call',
    failureMatches: /bytes are left of each call/,
    wrap(inner) {
      const statistics: number[][] = []
      return intercept(inner, {
        read(pass, keys, signal) {
          statistics.push(Array.from({ length: KEPT }, () => Math.random()))
          return pass(keys, signal)
        },
      })
    },
  },
  'blocks-the-thread': {
    mutation: 'waits for a lock without letting anything else go on',
    caughtBy: 'thread-not-blocked',
    failureMatches: /a read blocks the thread for \d+ ms/,
    wrap: (inner) =>
      intercept(inner, {
        read(pass, keys, signal) {
          if (keys.length > 1)
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * SECOND)
          return pass(keys, signal)
        },
      }),
  },
})

/** Tried on stores that elect. */
export const deposed: readonly KnownBadAdapter[] = defineAdapters({
  'answers-when-deposed': {
    mutation: 'answers a read that failed with what the last one found',
    caughtBy: 'deposed-primary',
    failureMatches: /it returned an old record/,
    wrap(inner) {
      const seen = new Map<string, Found>()
      return intercept(inner, {
        async read(pass, keys, signal) {
          const found = await pass(keys, signal).catch(() => null)
          if (found === null) return keys.map((key) => seen.get(key) ?? null)
          for (const [i, key] of keys.entries()) seen.set(key, found[i] ?? null)
          return found
        },
      })
    },
  },
})
