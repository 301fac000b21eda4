// The module of a child process that runs schedules: its time, chance and signatures are simulated.
import { core, traceOf } from '@tokenward/conformance/harness'
import type { KnownBadEngine } from '@tokenward/conformance/known-bad'
import { loadEngine } from '@tokenward/conformance/known-bad'
import type { Chunk, Explain, Failure, Ran, Reply, Request } from './messages.ts'
import { commandFor, narrative } from './report.ts'
import { shrink } from './shrink.ts'
import { Simulator, traceHash } from './simulate.ts'

/** The most failures that are kept. */
const MOST_FAILURES = 3

// The parent has ended, or has disconnected.
process.once('disconnect', () => process.exit())
process.on('message', async (request: Request) => {
  const reply = await obey(request).catch((error: unknown) => ({ crashed: traceOf(error) }))
  process.send?.(reply satisfies Reply)
})

async function obey(request: Request): Promise<Reply> {
  if (request.say === 'run') {
    const { chunk } = request
    return { ran: await run(await simulatorFor(chunk.bad), chunk) }
  }
  const { explain } = request
  return { narrative: await tell(await simulatorFor(explain.bad), explain) }
}

let simulator: Simulator | null = null

/** One for the life of the process: its parent uses one engine only. */
async function simulatorFor(bad: KnownBadEngine | null): Promise<Simulator> {
  simulator ??= await Simulator.create(bad === null ? core : await loadEngine(bad))
  return simulator
}

async function run(of: Simulator, chunk: Chunk): Promise<Ran> {
  const { from, count, durability, hashes, stopsAtFailure } = chunk
  const failures: Failure[] = []
  const ran = { schedules: 0, steps: 0, operations: 0, hashes: [] as string[] }
  for (let seed = from; seed < from + count; seed++) {
    const outcome = await of.run({ seed, durability, traced: hashes })
    ran.schedules++
    ran.steps += outcome.steps
    ran.operations += outcome.operations
    if (hashes) ran.hashes.push(traceHash(outcome))
    const { violations } = outcome
    if (violations.length === 0) continue
    if (failures.length < MOST_FAILURES) failures.push({ seed, violations })
    if (stopsAtFailure) break
  }
  return { ...ran, failures }
}

async function tell(of: Simulator, { bad, durability, seed }: Explain): Promise<string> {
  const outcome = await of.run({ seed, durability })
  const smallest = await shrink(of, { seed, durability }, outcome)
  return narrative(smallest.outcome, commandFor(smallest.replay, bad?.name ?? null))
}
