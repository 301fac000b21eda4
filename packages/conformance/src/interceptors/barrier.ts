import { intercept, type RepositoryWrapper } from './intercept.ts'
import type { PausePosition } from './pause-points.ts'

/** A barrier at which racers wait until all have arrived. */
export interface Barrier {
  /** Holds reads at the barrier. */
  readonly wrap: RepositoryWrapper
  /**
   * From now on, `count` reads wait for each other; later ones pass.
   * @param place `before`: none of them was sent. `after`: all were answered, and no racer has its
   * answer yet
   * @param others racers elsewhere, which the last one waits for too
   */
  set(count: number, place?: PausePosition, others?: () => Promise<void>): void
}

export function barrier(): Barrier {
  let line = startingLine(0)
  let expected = 0
  let place: PausePosition = 'before'
  return {
    set(count, at = 'before', others) {
      expected = count
      place = at
      line = startingLine(count, others)
    },
    wrap: (inner) =>
      intercept(inner, {
        async read(pass, keys, signal) {
          if (expected === 0) return await pass(keys, signal)
          expected--
          const [here, all] = [place, line]
          if (here === 'before') await all()
          const answer = await pass(keys, signal)
          if (here === 'after') await all()
          return answer
        },
      }),
  }
}

/** Resolves for all callers when the last of `count` calls it. */
function startingLine(count: number, others?: () => Promise<void>): () => Promise<void> {
  const open = Promise.withResolvers<void>()
  let missing = count
  return () => {
    if (--missing === 0) open.resolve(others?.())
    return open.promise
  }
}
