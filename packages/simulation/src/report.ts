import type { Limits } from './scenario.ts'
import type { Outcome, Replay } from './simulate.ts'

/** The command that shows a schedule again. */
export function commandFor(
  { seed, durability = 'durable', limits = {} }: Replay,
  engine: string | null,
): string {
  const parts = [`node packages/simulation/src/main.ts --seed ${seed}`]
  if (engine !== null) parts.push(`--engine ${engine}`)
  if (durability !== 'durable') parts.push(`--durability ${durability}`)
  return [...parts, ...flagsOf(limits)].join(' ')
}

function flagsOf({ machines, operations, faults, splits, clocks }: Limits): string[] {
  return [
    ...(machines === undefined ? [] : [`--machines ${machines}`]),
    ...(operations === undefined ? [] : [`--operations ${operations}`]),
    ...(faults === false ? ['--no-faults'] : []),
    ...(splits === false ? ['--no-splits'] : []),
    ...(clocks === false ? ['--no-clocks'] : []),
  ]
}

/** The violations, the command to repeat them, and what happened. */
export function narrative(outcome: Outcome, command: string): string {
  const { violations, trace, scenario } = outcome
  const broken = violations.map(({ invariant, message }) => `${invariant}: ${message}`)
  return [...trace, '', JSON.stringify(scenario), ...broken, `replay: ${command}`].join('\n')
}
