import type { StoredRecord } from '@tokenward/core/adapter'
import type { Random } from '../harness/random.ts'
import { eventLoopTurns } from '../harness/unhandled-errors.ts'
import { intercept, type RepositoryWrapper } from './intercept.ts'

/**
 * Reads every key alone, in any order and after any delay, as shards do; answers in the order of the
 * keys.
 * @param between runs after each key was read
 */
export function shuffleReads(
  random: Random,
  between: () => Promise<unknown> = nothing,
): RepositoryWrapper {
  return (inner) =>
    intercept(inner, {
      async read(pass, keys, signal) {
        const found = new Map<string, StoredRecord | null>()
        for (const key of random.shuffle(keys)) {
          await eventLoopTurns(random.below(3))
          const [record = null] = await pass([key], signal)
          found.set(key, record)
          await between()
        }
        return keys.map((key) => found.get(key) ?? null)
      },
    })
}

async function nothing(): Promise<void> {}
