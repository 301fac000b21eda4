import { core } from '@tokenward/conformance/harness'
import { expect, test } from 'vitest'
import { Simulator } from '../src/simulate.ts'

const TAKEN = ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] as const

test('after a simulation the process has the original time, chance and signatures', async () => {
  const before = TAKEN.map((name) => globalThis[name])
  const simulator = await Simulator.create(core)
  const during = TAKEN.map((name) => globalThis[name])
  const { violations, trace } = await simulator.run({ seed: 1, traced: true })
  simulator.close()
  expect(violations).toEqual([])
  expect(trace.length).toBeGreaterThan(10)
  expect(TAKEN.map((name) => globalThis[name])).toEqual(before)
  expect(during).not.toEqual(before)
  expect(Object.keys(crypto)).not.toContain('getRandomValues')
  expect(Object.keys(crypto.subtle)).toEqual([])
})
