import { hunt } from '../../model/find-counterexample.ts'
import type { Case } from '../../suite/case.ts'
import { durable } from '../../suite/requirements.ts'

const model: Case = {
  name: 'model',
  level: 'engine',
  guards: 'whatever instances are asked in whatever order, they answer as a small model says',
  gate: durable,
  rounds: { some: 60, full: 5_000 },
  async run(bench) {
    const half = Math.ceil(bench.rounds / 2)
    await hunt(bench, 'allowlist', half)
    await hunt(bench, 'denylist', bench.rounds - half)
  },
}

export const cases: readonly Case[] = [model]
