#!/usr/bin/env node
// Shows one schedule of the simulation, line by line, and the checked invariants.
import { parseArgs } from 'node:util'
import { core } from '@tokenward/conformance/harness'
import { knownBadEngines, loadEngine } from '@tokenward/conformance/known-bad'
import { commandFor, narrative } from './report.ts'
import type { Durability, Limits } from './scenario.ts'
import { Simulator } from './simulate.ts'

const USAGE = `usage: main.ts --seed N [--engine NAME] [--durability durable|evicting|reverting]\n  [--machines N] [--operations N] [--no-faults] [--no-splits] [--no-clocks]`

const { values } = parseArgs({
  allowNegative: true,
  options: {
    seed: { type: 'string' },
    engine: { type: 'string' },
    durability: { type: 'string', default: 'durable' },
    machines: { type: 'string' },
    operations: { type: 'string' },
    faults: { type: 'boolean', default: true },
    splits: { type: 'boolean', default: true },
    clocks: { type: 'boolean', default: true },
  },
})
const seed = Number(values.seed)
const bad = knownBadEngines.find(({ name }) => name === values.engine) ?? null
if (!Number.isSafeInteger(seed) || (values.engine !== undefined && bad === null)) {
  console.error(USAGE)
  process.exit(2)
}
const { faults, splits, clocks } = values
const limits: Limits = {
  ...(values.machines !== undefined && { machines: Number(values.machines) }),
  ...(values.operations !== undefined && { operations: Number(values.operations) }),
  faults,
  splits,
  clocks,
}
const replay = { seed, durability: values.durability as Durability, limits }
const simulator = await Simulator.create(bad === null ? core : await loadEngine(bad))
const outcome = await simulator.run({ ...replay, traced: true })
simulator.close()
console.log(narrative(outcome, commandFor(replay, bad?.name ?? null)))
console.log(outcome.violations.length === 0 ? 'every invariant holds' : 'BROKEN')
process.exitCode = outcome.violations.length === 0 ? 0 : 1
