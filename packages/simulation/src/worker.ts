// The module of a child process that runs schedules: its time, chance and signatures are simulated.
import { core, traceOf } from '@tokenward/conformance/harness'
import type { KnownBadEngine } from '@tokenward/conformance/known-bad'
import { loadEngine } from '@tokenward/conformance/known-bad'
import type { Chunk, ExplainRequest, Failure, Reply, Request, SearchResult } from './messages.ts'
import { commandFor, narrative } from './report.ts'
import { shrink } from './shrink.ts'
import { Simulator, traceHash } from './simulate.ts'

/** The most failures that are kept. */
const MOST_FAILURES = 3

// The parent has ended, or has disconnected.
process.once('disconnect', () => process.exit())
process.on('message', async (request: Request) => {
  const reply = await handle(request).catch((error: unknown) => ({ crashed: traceOf(error) }))
  process.send?.(reply satisfies Reply)
})

async function handle(request: Request): Promise<Reply> {
  if (request.type === 'run') {
    const { chunk } = request
    return { result: await run(await simulatorFor(chunk.bad), chunk) }
  }
  const { explain } = request
  return { narrative: await narrate(await simulatorFor(explain.bad), explain) }
}

let simulator: Simulator | null = null

/** One for the life of the process: its parent uses one engine only. */
async function simulatorFor(bad: KnownBadEngine | null): Promise<Simulator> {
  simulator ??= await Simulator.create(bad === null ? core : await loadEngine(bad))
  return simulator
}

async function run(of: Simulator, chunk: Chunk): Promise<SearchResult> {
  const { from, count, durability, hashes, stopsAtFailure } = chunk
  const failures: Failure[] = []
  const result = { schedules: 0, steps: 0, operations: 0, hashes: [] as string[] }
  for (let seed = from; seed < from + count; seed++) {
    const outcome = await of.run({ seed, durability, traced: hashes })
    result.schedules++
    result.steps += outcome.steps
    result.operations += outcome.operations
    if (hashes) result.hashes.push(traceHash(outcome))
    const { violations } = outcome
    if (violations.length === 0) continue
    if (failures.length < MOST_FAILURES) failures.push({ seed, violations })
    if (stopsAtFailure) break
  }
  return { ...result, failures }
}

async function narrate(of: Simulator, { bad, durability, seed }: ExplainRequest): Promise<string> {
  const outcome = await of.run({ seed, durability })
  const smallest = await shrink(of, { seed, durability }, outcome)
  return narrative(smallest.outcome, commandFor(smallest.replay, bad?.name ?? null))
}
