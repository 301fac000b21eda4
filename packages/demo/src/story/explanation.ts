import type { Explanation } from '@tokenward/core'

/** What each scope said of a token, one line each, as `explain` saw it. */
export function explanationLines({ checks }: Explanation): readonly string[] {
  return checks.map(
    ({ scope, found, result, decisive }) =>
      `${scope.padEnd(15)} ${found.padEnd(9)} ${found === 'none' ? '' : result}${decisive ? '  <- decisive' : ''}`,
  )
}
