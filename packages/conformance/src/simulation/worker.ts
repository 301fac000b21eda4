// The module of a child process that runs schedules: its time, chance and signatures are simulated.
import { core, type Engine } from '../bench/engine.ts'
import { loadEngine } from '../known-bad/engines/load.ts'
import type { Chunk, Failure, Ran } from './messages.ts'
import { commandFor, narrative } from './report.ts'
import { shrink } from './shrink.ts'
import { type Outcome, Simulator, traceHash } from './simulate.ts'

/** Enough to see what is wrong. */
const MOST_FAILURES = 3

// Its parent is gone, or done with it.
process.once('disconnect', () => process.exit())
process.on('message', async (chunk: Chunk) => {
  const answer = await run(chunk).catch((error: unknown) => ({
    crashed: String((error as Error)?.stack ?? error),
  }))
  process.send?.(answer)
})

async function run(chunk: Chunk): Promise<Ran> {
  const engine: Engine = chunk.bad === null ? core : await loadEngine(chunk.bad)
  const simulator = await Simulator.create(engine)
  try {
    return await runAll(simulator, chunk)
  } finally {
    simulator.close()
  }
}

async function runAll(simulator: Simulator, chunk: Chunk): Promise<Ran> {
  const { from, count, retention, hashes } = chunk
  const failures: Failure[] = []
  const ran = { schedules: 0, steps: 0, operations: 0, failed: 0, hashes: [] as string[] }
  for (let seed = from; seed < from + count; seed++) {
    const outcome = await simulator.run({ seed, retention, traced: hashes })
    ran.schedules++
    ran.steps += outcome.steps
    ran.operations += outcome.operations
    if (hashes) ran.hashes.push(traceHash(outcome))
    if (outcome.violations.length === 0) continue
    if (failures.length < MOST_FAILURES)
      failures.push(await explain(simulator, chunk, outcome, failures.length === 0))
    ran.failed++
  }
  return { ...ran, failures }
}

async function explain(
  simulator: Simulator,
  { bad, retention }: Chunk,
  outcome: Outcome,
  isFirst: boolean,
): Promise<Failure> {
  const { seed, violations } = outcome
  if (!isFirst) return { seed, violations, narrative: '' }
  const { replay, outcome: smallest } = await shrink(simulator, { seed, retention }, outcome)
  const command = commandFor(replay, bad?.name ?? null)
  return { seed, violations, narrative: narrative(smallest, command) }
}
