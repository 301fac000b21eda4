import { Bench } from '../bench/bench.ts'
import { seedFor } from '../bench/random.ts'
import type { Stage } from '../bench/stage.ts'
import { type Case, type Entry, isPlanned, type Level } from './case.ts'
import { reasonOf } from './failure.ts'

export interface Outcome {
  readonly name: string
  /** In the plan; absent for an addition. */
  readonly row?: number
  readonly level: Level
  readonly status: 'passed' | 'failed' | 'not-run'
  /** Why it failed or did not run. */
  readonly reason?: string
  readonly rounds?: number
  /** What the plan asks beyond what this case did. */
  readonly lacks?: string
  readonly notes?: readonly string[]
  readonly ms: number
}

export interface Mode {
  readonly full: boolean
  readonly seed: number
  /** No case has more rounds than this. */
  readonly most?: number
}

/** An outcome, and the error for the runner to show. */
export interface Judged {
  readonly outcome: Outcome
  readonly error?: Error
}

/** Runs one case, or says why not. Never rejects: a failure is an outcome. */
export async function judge(entry: Entry, stage: Stage, mode: Mode): Promise<Judged> {
  if (isPlanned(entry)) return { outcome: notRun(entry, entry.notRun) }
  const refusal = entry.gate(stage)
  if (refusal !== null) return { outcome: notRun(entry, refusal) }
  const { rounds, note } = roundsOf(entry, stage, mode)
  const bench = new Bench(stage, entry.name, rounds, seedFor(mode.seed, entry.name))
  if (note) bench.note(note)
  const started = performance.now()
  const failure = await failureOf(() => entry.run(bench))
  const unclosed = await failureOf(() => bench.close())
  // Where both went wrong, the second may follow from the first.
  const failed = failure ?? unclosed
  const ms = Math.round(performance.now() - started)
  const facts = {
    ...describe(entry),
    ...(entry.rounds && { rounds }),
    ...(entry.lacks && { lacks: entry.lacks }),
    ...(bench.notes.length > 0 && { notes: bench.notes }),
    ms,
  }
  if (failed === null) return { outcome: { ...facts, status: 'passed' } }
  const reason = `${reasonOf(failed.error)}\nTo repeat it: TOKENWARD_SEED=${mode.seed}`
  // A new one: the message of an error may be fixed, as a DOMException's is.
  return {
    outcome: { ...facts, status: 'failed', reason },
    error: new Error(reason, { cause: failed.error }),
  }
}

/** Fewer would leave to luck what a case has to meet. */
const LEAST = 6

/** A slow server gets a part of an ordinary run's, and the report says so. */
function roundsOf(entry: Case, { server }: Stage, { full, most = Infinity }: Mode) {
  const wanted = entry.rounds?.[full ? 'full' : 'some'] ?? 1
  const share = full ? 1 : (server.roundsShare ?? 1)
  const given = Math.max(Math.ceil(wanted * share), Math.min(wanted, LEAST))
  const note = given < wanted ? `${given} of ${wanted} rounds, the share of this server` : null
  return { rounds: Math.min(given, most), note }
}

export function notRun(entry: Entry, reason: string): Outcome {
  return { ...describe(entry), status: 'not-run', reason, ms: 0 }
}

function describe({ name, row, level }: Entry): Pick<Outcome, 'name' | 'row' | 'level'> {
  return { name, ...(row !== undefined && { row }), level }
}

async function failureOf(work: () => Promise<void>): Promise<{ readonly error: unknown } | null> {
  try {
    await work()
    return null
  } catch (error) {
    return { error }
  }
}
