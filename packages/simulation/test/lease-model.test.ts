import { describe, expect, test } from 'vitest'
import { explore } from '../src/lease-model/explore.ts'
import { brokenRules, rules } from '../src/lease-model/rules.ts'
import type { Bounds } from '../src/lease-model/state.ts'

const bounds: Bounds = {
  lease: 2,
  changes: [],
  suspensions: 1,
  setBacks: 1,
  revokerHasCache: false,
}

const histories: Readonly<Record<string, Partial<Bounds>>> = {
  'a lease that stays': {},
  'a machine that is suspended twice': { suspensions: 2 },
  'a lease that is lowered': { changes: [1], setBacks: 0 },
  'a lease that is raised': { lease: 1, changes: [3], suspensions: 0, setBacks: 0 },
  'a lease that is lowered and raised': { changes: [0, 2], suspensions: 0, setBacks: 0 },
}

test.each(Object.entries(histories))('%s: nothing that was revoked is accepted', (name, more) => {
  const { states, violation } = explore(rules, { ...bounds, ...more })
  console.log(`${name}: ${states} states`)
  expect(violation).toBeNull()
  expect(states).toBeGreaterThan(1_000)
})

describe('each rule is needed', () => {
  test.each(Object.entries(brokenRules))('%s', (name, broken) => {
    let found: readonly string[] | null = null
    for (const more of Object.values(histories))
      found ??= explore(broken, { ...bounds, ...more }).violation
    console.log(`${name}: ${found?.join('; ')}`)
    expect(found, 'a history that accepts what was revoked').not.toBeNull()
  })
})
