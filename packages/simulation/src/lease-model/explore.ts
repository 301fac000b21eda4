// An exhaustive model of leases: every order of the steps of an instance with a cache, of a revocation, of changes of the
// lease and of the clocks. Instances do not affect each other, so one with a cache is enough.
import type { LeaseRules } from './rules.ts'
import { type Bounds, initialState, type State } from './state.ts'
import { stepsFrom, VIOLATION } from './steps.ts'

export interface Exploration {
  readonly states: number
  /** The steps to an acceptance of what was revoked; `null`: there is none. */
  readonly violation: readonly string[] | null
}

interface Reached {
  readonly state: State
  /** The place in the list of the state before it; -1: none. */
  readonly from: number
  readonly step: string
}

/** Visits every state that can be reached, those after the fewest steps first. */
export function explore(rules: LeaseRules, bounds: Bounds): Exploration {
  const reached: Reached[] = [{ state: initialState(bounds), from: -1, step: 'begin' }]
  const known = new Set([keyOf(initialState(bounds))])
  // The list grows while it is visited.
  for (const [from, { state }] of reached.entries()) {
    for (const { name, state: next } of stepsFrom(state, rules, bounds)) {
      if (name === VIOLATION)
        return { states: known.size, violation: [...pathTo(reached, from), name] }
      const key = keyOf(next)
      if (known.has(key)) continue
      known.add(key)
      reached.push({ state: next, from, step: name })
    }
  }
  return { states: known.size, violation: null }
}

function keyOf(state: State): string {
  return JSON.stringify(Object.values(state))
}

function pathTo(reached: readonly Reached[], last: number): string[] {
  const path: string[] = []
  for (let at = last; at >= 0; at = reached[at]?.from ?? -1) path.unshift(reached[at]?.step ?? '')
  return path
}
