import type { Limits } from './scenario.ts'
import type { Outcome, Replay, Simulator } from './simulate.ts'

/** How many seeds are tried for each reduction. */
const TRIES = 150

/** A smaller schedule that violates the same invariant, as far as a short search finds one. */
export async function shrink(
  simulator: Simulator,
  replay: Replay,
  failed: Outcome,
): Promise<{ readonly replay: Replay; readonly outcome: Outcome }> {
  const broken = new Set(failed.violations.map(({ invariant }) => invariant))
  let best = { replay, outcome: failed }
  for (const step of stepsDown(failed)) {
    const limits = { ...best.replay.limits, ...step }
    for (let i = 0; i < TRIES; i++) {
      const next = { ...best.replay, limits, seed: (best.replay.seed + i) >>> 0 }
      const outcome = await simulator.run(next)
      if (!outcome.violations.some(({ invariant }) => broken.has(invariant))) continue
      best = { replay: next, outcome }
      break
    }
  }
  return { ...best, outcome: await simulator.run({ ...best.replay, traced: true }) }
}

function stepsDown({ scenario }: Outcome): Limits[] {
  const fewer = (maxOperations: number) =>
    Array.from({ length: Math.max(maxOperations, 0) }, (_, i) => maxOperations - i)
  return [
    { faults: false },
    { clocks: false },
    { splits: false },
    ...fewer(scenario.machines - 1).map((machines) => ({ machines })),
    ...fewer(scenario.operations - 1).map((operations) => ({ operations })),
  ]
}
