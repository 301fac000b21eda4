import { interpose, type Through } from './interpose.ts'

/** A line that racers wait at until all of them stand there. */
export interface Barrier {
  /** Holds reads back at the line. */
  readonly through: Through
  /** From now on, `count` reads wait for each other; later ones pass. */
  set(count: number): void
}

export function barrier(): Barrier {
  let missing = 0
  let open = Promise.withResolvers<void>()
  return {
    set(count) {
      missing = count
      open = Promise.withResolvers<void>()
    },
    through: (inner) =>
      interpose(inner, {
        async read(pass, keys, signal) {
          if (missing > 0) {
            missing--
            if (missing === 0) open.resolve()
            await open.promise
          }
          return await pass(keys, signal)
        },
      }),
  }
}
