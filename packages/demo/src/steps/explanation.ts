import type { Explanation } from '@tokenward/core'

/** One line for each record that `explain` checked. */
export function explanationLines({ checks }: Explanation): readonly string[] {
  return checks.map(({ scope, found, result, decisive }) => {
    const columns = [scope.padEnd(15), found.padEnd(9), found === 'none' ? '' : result]
    return `${columns.join(' ')}${decisive ? '  <- decisive' : ''}`
  })
}
