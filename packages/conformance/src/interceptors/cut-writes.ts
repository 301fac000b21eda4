import type { Write } from '@tokenward/core/adapter'
import { intercept, type RepositoryWrapper } from './intercept.ts'

export interface CutWrites {
  readonly wrap: RepositoryWrapper
  /** How many calls were cut. */
  cuts(): number
}

type Which = (writes: readonly Write[]) => boolean

/**
 * Cuts the connection during the first `times` writes for which `which` returns true. `reply`: the write
 * has happened, and its reply is lost. `request`: it never arrives.
 */
export function cutWrites(what: 'reply' | 'request', which: Which, times = 1): CutWrites {
  let cuts = 0
  return {
    cuts: () => cuts,
    wrap: (inner) =>
      intercept(inner, {
        async write(pass, writes, signal) {
          if (cuts >= times || !which(writes)) return await pass(writes, signal)
          cuts++
          if (what === 'reply') await pass(writes, signal)
          throw new Error('connection reset')
        },
      }),
  }
}

/** Runs `work` before each write for which `which` returns true is sent: the worst-case race. */
export function beforeWrite(
  which: Which,
  work: (writes: readonly Write[]) => Promise<unknown>,
): RepositoryWrapper {
  return (inner) =>
    intercept(inner, {
      async write(pass, writes, signal) {
        if (which(writes)) await work(writes)
        return await pass(writes, signal)
      },
    })
}
