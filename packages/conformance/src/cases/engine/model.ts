import { findCounterexample } from '../../model/find-counterexample.ts'
import type { Case } from '../../suite/case.ts'
import { durable } from '../../suite/requirements.ts'

const model: Case = {
  name: 'model',
  level: 'engine',
  catches: 'whatever instances are asked in whatever order, they answer as a small model does',
  requires: durable,
  rounds: { quick: 60, full: 5_000 },
  async run(context) {
    const half = Math.ceil(context.rounds / 2)
    await findCounterexample(context, 'allowlist', half)
    await findCounterexample(context, 'denylist', context.rounds - half)
  },
}

export const cases: readonly Case[] = [model]
