import type { Write } from '@tokenward/core/adapter'
import { intercept, type RepositoryWrapper } from './intercept.ts'

/** A place where one call pauses until it is released, so that a race becomes a script. */
export interface PausePoint {
  readonly wrap: RepositoryWrapper
  /** Resolves when a call has paused there. */
  readonly reached: Promise<void>
  release(): void
}

/** `before`: not sent yet. `after`: the store has answered, and core does not have the answer. */
export type PausePosition = 'before' | 'after'

/** Pauses the first read for which `which` returns true, counted from `arm()` if there is one. */
export function pauseRead(
  place: PausePosition,
  which: (keys: readonly string[]) => boolean = any,
): PausePoint {
  const { stop, ...pause } = onePause()
  return {
    ...pause,
    wrap: (inner) =>
      intercept(inner, {
        read: (pass, keys, signal) => stop(which(keys), place, () => pass(keys, signal)),
      }),
  }
}

/** Pauses the first write for which `which` returns true. */
export function pauseWrite(
  place: PausePosition,
  which: (writes: readonly Write[]) => boolean = any,
): PausePoint {
  const { stop, ...pause } = onePause()
  return {
    ...pause,
    wrap: (inner) =>
      intercept(inner, {
        write: (pass, writes, signal) => stop(which(writes), place, () => pass(writes, signal)),
      }),
  }
}

/** Writes of records of one kind. */
export function ofKind(kind: Write['record']['kind']): (writes: readonly Write[]) => boolean {
  return (writes) => writes.some(({ record }) => record.kind === kind)
}

/** A predicate that is false until armed, so that the setup of a case is not paused. */
export function armed<T>(which: (asked: T) => boolean = any): {
  (asked: T): boolean
  arm(): void
} {
  let on = false
  return Object.assign((asked: T) => on && which(asked), {
    arm() {
      on = true
    },
  })
}

function onePause() {
  const arrival = Promise.withResolvers<void>()
  const departure = Promise.withResolvers<void>()
  let used = false
  return {
    reached: arrival.promise,
    release: () => departure.resolve(),
    async stop<T>(here: boolean, place: PausePosition, call: () => Promise<T>): Promise<T> {
      if (!here || used) return await call()
      used = true
      if (place === 'before') {
        arrival.resolve()
        await departure.promise
        return await call()
      }
      const answer = await call()
      arrival.resolve()
      await departure.promise
      return answer
    },
  }
}

function any(): boolean {
  return true
}
