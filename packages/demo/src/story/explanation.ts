import type { Explanation } from '@tokenward/core'

/** What each scope said of a token, one line each, as `explain` saw it. */
export function explanationLines({ asked }: Explanation): readonly string[] {
  return asked.map(
    ({ level, stood, says, decides }) =>
      `${level.padEnd(15)} ${stood.padEnd(9)} says ${says}${decides ? '  <- decides' : ''}`,
  )
}
