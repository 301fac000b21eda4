import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkHistory, describeResult } from '../../src/linearizability/check.ts'
import { INVARIANTS } from '../../src/linearizability/violations.ts'
import { calls, type Flaw, simulate } from './simulated-register.ts'

test('any overlap on a correct register is linearizable', () => {
  const property = fc.property(calls, (made) => {
    const result = checkHistory(simulate(made))
    expect(result.linearizable, describeResult(result)).toBe(true)
  })
  fc.assert(property, { numRuns: 2_000 })
})

const seed = Number(process.env['TOKENWARD_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** How each flaw shows at its plainest. */
const flaws: Readonly<Record<Flaw, string>> = {
  'compare-then-set': INVARIANTS.twoTrue,
  'stale-read': INVARIANTS.olderThanAcknowledged,
  'lost-update': INVARIANTS.twoTrue,
  'repeat-returns-false': INVARIANTS.falseRepeated,
}

describe('a register with a flaw is found not linearizable before long', () => {
  for (const [flaw, invariant] of Object.entries(flaws) as [Flaw, string][]) {
    test(flaw, () => {
      const found = new Map<string, number>()
      let bad = 0
      for (const made of fc.sample(calls, { seed, numRuns: 1_000 })) {
        const result = checkHistory(simulate(made, flaw))
        if (result.linearizable) continue
        bad++
        found.set(result.invariant, (found.get(result.invariant) ?? 0) + 1)
      }
      expect(bad, `of 1,000 histories of seed ${seed}`).toBeGreaterThan(20)
      expect([...found.keys()], `seed ${seed}`).toContain(invariant)
      expect(found.get(INVARIANTS.noOrder) ?? 0, `seed ${seed}`).toBeLessThan(bad / 10)
    })
  }
})

test('a flawed register whose flaw does not occur is correct', () => {
  const unstruck = calls.map((made) => made.map((call) => ({ ...call, struck: false })))
  const property = fc.property(unstruck, (made) => {
    for (const flaw of Object.keys(flaws) as Flaw[]) {
      expect(checkHistory(simulate(made, flaw)).linearizable).toBe(true)
    }
  })
  fc.assert(property)
})
