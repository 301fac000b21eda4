import * as fc from 'fast-check'
import { HOUR, MINUTE, SECOND } from '../../harness/clock.ts'
import type { Model } from '../model.ts'
import { always, anyIndex, anyInstance, choose, type Steps, step } from '../step.ts'

interface Edge {
  readonly of: 'expiry' | 'leeway' | 'grace' | 'skew' | 'durability'
  readonly which: number
  readonly by: number
}

/** All clocks advance by the same time. */
export const passing: Steps = fc
  .oneof(
    { weight: 3, arbitrary: fc.constantFrom(1, 500, SECOND, 4_999, 5_000, 9_999, 15 * SECOND) },
    { weight: 2, arbitrary: fc.constantFrom(MINUTE, 9 * MINUTE, 20 * MINUTE) },
    { weight: 1, arbitrary: fc.constantFrom(HOUR, 115 * MINUTE, 135 * MINUTE) },
  )
  .map((ms) =>
    step('time', 0, always, async ({ system, log }) => {
      log(`passes: ${ms} ms`)
      system.clock.advance(ms)
    }),
  )

const anyEdge: fc.Arbitrary<Edge> = fc.record({
  of: fc.constantFrom<Edge['of'][]>('grace', 'skew', 'expiry', 'leeway', 'durability'),
  which: anyIndex,
  by: fc.constantFrom(0, -1, 1),
})

/** Until an instance's clock reaches the limit of a time range. */
export const jumping: Steps = fc
  .record({ index: anyInstance, edge: anyEdge })
  .map(({ index, edge }) =>
    step('time', index, always, async ({ model, system, now, log }) => {
      const instant = instantOf(model, edge)
      log(`jumps to the limit of ${edge.of} ${edge.by}: by ${Math.max(0, instant - now)} ms`)
      system.turnTo(index, instant)
    }),
  )

/** @returns 0 where there is no such limit */
function instantOf({ tokens, logins, rules }: Model, { of, which, by }: Edge): number {
  if (of === 'grace' || of === 'skew') {
    const rotations = logins.flatMap(({ rotatedAt }) => rotatedAt).sort((a, b) => a - b)
    if (rotations.length === 0) return 0
    return choose(rotations, which) + rules.grace + (of === 'skew' ? rules.skew : 0) + by
  }
  if (tokens.length === 0) return 0
  const access = tokens.filter(({ kind }) => kind === 'access')
  const { expiresAt } = choose(which % 2 === 0 && access.length > 0 ? access : tokens, which)
  if (of === 'expiry') return expiresAt + by
  const kept = of === 'durability' ? rules.skew + 15 * MINUTE : 0
  return expiresAt + rules.leeway + kept + by
}
