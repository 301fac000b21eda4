import { CaseContext } from '../harness/case-context.ts'
import type { Environment } from '../harness/environment.ts'
import { seedFor } from '../harness/random.ts'
import { type Case, type CaseLevel, isPlanned, type SuiteEntry } from './case.ts'
import { reasonOf } from './failure.ts'

export interface CaseResult {
  readonly name: string
  /** The row of the plan; missing for an added case. */
  readonly planRow?: number
  readonly level: CaseLevel
  readonly status: 'passed' | 'failed' | 'not-run'
  /** Why it failed or did not run. */
  readonly reason?: string
  readonly rounds?: number
  /** What the plan asks beyond this case. */
  readonly gaps?: string
  readonly notes?: readonly string[]
  readonly ms: number
}

export interface RunMode {
  readonly full: boolean
  readonly seed: number
  /** No case has more rounds than this. */
  readonly maxRounds?: number
  /** How long the rounds of one case may take in a full run, by its quick run. */
  readonly maxMs?: number
}

/** A result, and the error for the runner to show. */
export interface CaseRun {
  readonly result: CaseResult
  readonly error?: Error
}

/** Runs one case, or reports why it does not run. Never rejects: a failure is a result. */
export async function runCaseOn(
  entry: SuiteEntry,
  environment: Environment,
  mode: RunMode,
): Promise<CaseRun> {
  if (isPlanned(entry)) return { result: notRun(entry, entry.notRun) }
  const refusal = entry.requires(environment)
  if (refusal !== null) return { result: notRun(entry, refusal) }
  const quick = await tryCase(entry, environment, mode, quickRounds(entry, environment, mode))
  if (!mode.full || !entry.rounds || quick.error) return quick
  const more = fullRounds(entry.rounds, quick.result, mode)
  return more === null ? quick : await tryCase(entry, environment, mode, more)
}

interface Rounds {
  readonly rounds: number
  /** For the report. */
  readonly note?: string | null
}

async function tryCase(
  entry: Case,
  environment: Environment,
  { seed }: RunMode,
  { rounds, note }: Rounds,
): Promise<CaseRun> {
  const context = new CaseContext(environment, entry.name, rounds, seedFor(seed, entry.name))
  if (note) context.note(note)
  const started = performance.now()
  const failure = await failureOf(() => entry.run(context))
  const unclosed = await failureOf(() => context.close())
  // Where both failed, the second may follow from the first.
  const failed = failure ?? unclosed
  const ms = Math.round(performance.now() - started)
  const facts = {
    ...describe(entry),
    ...(entry.rounds && { rounds }),
    ...(entry.gaps && { gaps: entry.gaps }),
    ...(context.notes.length > 0 && { notes: context.notes }),
    ms,
  }
  if (failed === null) return { result: { ...facts, status: 'passed' } }
  const reason = `${reasonOf(failed.error)}\nTo repeat it: TOKENWARD_SEED=${seed}`
  // A new error, because the message of an error may be read-only, as a DOMException's is.
  return {
    result: { ...facts, status: 'failed', reason },
    error: new Error(reason, { cause: failed.error }),
  }
}

/** With fewer rounds, a case depends on luck. */
const MIN_ROUNDS = 6

/** A slow server gets a part of the rounds of an ordinary run, and the report shows that. */
function quickRounds(entry: Case, { server }: Environment, { maxRounds }: RunMode): Rounds {
  const wanted = entry.rounds?.quick ?? 1
  const given = Math.max(
    Math.ceil(wanted * (server.roundsShare ?? 1)),
    Math.min(wanted, MIN_ROUNDS),
  )
  const note = given < wanted ? `${given} of ${wanted} rounds, the share of this server` : null
  return { rounds: Math.min(given, maxRounds ?? given), note }
}

/** After the quick run, which showed how long a round takes: as many as fit; `null`: no more than that. */
function fullRounds(
  { full }: NonNullable<Case['rounds']>,
  { rounds: tried = 1, ms }: CaseResult,
  { maxRounds = full, maxMs = Number.POSITIVE_INFINITY }: RunMode,
): Rounds | null {
  const fit = Math.floor((maxMs * tried) / Math.max(ms, 1))
  const rounds = Math.min(full, maxRounds, fit)
  if (rounds <= tried) return null
  return { rounds, note: rounds < full ? `${rounds} of ${full} rounds` : null }
}

export function notRun(entry: SuiteEntry, reason: string): CaseResult {
  return { ...describe(entry), status: 'not-run', reason, ms: 0 }
}

function describe({
  name,
  planRow,
  level,
}: SuiteEntry): Pick<CaseResult, 'name' | 'planRow' | 'level'> {
  return { name, ...(planRow !== undefined && { planRow }), level }
}

async function failureOf(work: () => Promise<void>): Promise<{ readonly error: unknown } | null> {
  try {
    await work()
    return null
  } catch (error) {
    return { error }
  }
}
