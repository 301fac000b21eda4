import assert from 'node:assert/strict'
import { intercept, type RepositoryWrapper } from '../interceptors/intercept.ts'
import type { Operation } from './operation.ts'

export interface HistoryRecorder {
  /** In the order in which they returned. */
  readonly operations: readonly Operation[]
  /**
   * The outermost wrapper: an operation lasts from the client's call to its answer.
   * @param process the client's name in the history
   */
  wrap(process: string): RepositoryWrapper
}

/**
 * Records every key of every read and every entry of every write. A rejected read has no answer and is
 * left out; a rejected write may still take effect, so it never returns.
 * @param now ns, on one clock for all histories that are combined
 */
export function historyRecorder(now: () => number = monotonic()): HistoryRecorder {
  const operations: Operation[] = []
  return {
    operations,
    wrap: (client) => (inner) =>
      intercept(inner, {
        async read(pass, keys, signal) {
          const invoke = now()
          const seen = await pass(keys, signal)
          const said = { process: client, op: 'read', expected: null, outcome: 'ok' } as const
          const end = now()
          assert.equal(seen.length, keys.length, 'read answers one entry for each key')
          for (const [i, key] of keys.entries()) {
            operations.push({ ...said, key, etag: seen[i]?.etag ?? null, invoke, return: end })
          }
          return seen
        },
        async write(pass, writes, signal) {
          const invoke = now()
          const note = (entry: number, outcome: Operation['outcome'], end: number | null) => {
            const { record, expected } = writes[entry] as (typeof writes)[number]
            const { key, etag } = record
            const said = { process: client, op: 'write', key, expected, etag } as const
            operations.push({ ...said, invoke, return: end, outcome })
          }
          try {
            const answers = await pass(writes, signal)
            const end = now()
            assert.equal(answers.length, writes.length, 'write answers one entry for each change')
            answers.forEach((answer, i) => void note(i, answer ? 'ok' : 'fail', end))
            return answers
          } catch (error) {
            for (const i of writes.keys()) note(i, 'indeterminate', null)
            throw error
          }
        },
      }),
  }
}

/** Nanoseconds since the call, or since another instant of `process.hrtime.bigint()`. */
export function monotonic(origin: bigint = process.hrtime.bigint()): () => number {
  // A difference stays exact as a number, for a hundred days.
  return () => Number(process.hrtime.bigint() - origin)
}
