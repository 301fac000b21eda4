import { basename } from 'node:path'
import { createEnvironment, type Environment } from '../harness/environment.ts'
import type { ServerHandle } from '../harness/server-handle.ts'
import { isPlanned, type SuiteEntry } from './case.ts'
import { reasonOf } from './failure.ts'
import type { ConformanceOptions } from './options.ts'
import { Progress } from './progress.ts'
import { type Report, writeReport } from './report.ts'
import { type CaseResult, type CaseRun, notRun, type RunMode, runCaseOn } from './result.ts'
import type { TestContext } from './runner.ts'
import { selectCases } from './selection.ts'
import { NOT_SELECTED, summaryOf } from './summary.ts'

const FULL_PROGRESS_MS = 10_000
/** On an idle machine no case takes that long: the line names a case that hangs. */
const QUICK_PROGRESS_MS = 60_000

/** One run of the suite against one backend. */
export class Run {
  readonly #options: ConformanceOptions
  readonly #entries: readonly SuiteEntry[]
  readonly #mode: RunMode
  readonly #leaveOut: (name: string) => string | null
  readonly #results = new Map<SuiteEntry, CaseResult>()
  readonly #progress: Progress
  #server: ServerHandle | null = null
  #environment: Environment | null = null
  /** Why no case runs. */
  #notStartedReason: string = NOT_SELECTED
  /** The backend started but the adapter cannot open it: every case fails, with this error. */
  #openError: Error | null = null

  constructor(options: ConformanceOptions, entries: readonly SuiteEntry[]) {
    this.#options = options
    this.#entries = entries
    const full = options.full ?? Boolean(process.env['TOKENWARD_FULL'])
    this.#mode = {
      ...(options.rounds !== undefined && !full && { maxRounds: options.rounds }),
      ...roundsLimit(process.env['TOKENWARD_ROUNDS']),
      maxMs: 1_000 * positive('TOKENWARD_SECONDS', process.env['TOKENWARD_SECONDS'] || '60'),
      full,
      seed: Number(process.env['TOKENWARD_SEED'] ?? Math.floor(Math.random() * 2 ** 32)),
    }
    this.#leaveOut = selectCases(options, entries, full)
    this.#progress = new Progress(entries.length, full ? FULL_PROGRESS_MS : QUICK_PROGRESS_MS)
  }

  /** Of one case, ms: many times what the longest takes on two idle cores, for busy machines. */
  get timeout(): number {
    return this.#mode.full ? 4 * 3_600_000 : 1_800_000
  }

  async start(): Promise<void> {
    try {
      this.#server = await this.#options.server()
    } catch (error) {
      this.#notStartedReason = `the backend could not be started: ${reasonOf(error)}`
      // On a laptop the skipped cases are seen; in CI, only a failure is.
      if (this.#options.requireServer ?? process.env['CI']) throw error
      return
    }
    try {
      const { repository, lease } = this.#options
      this.#environment = await createEnvironment(this.#server, repository, lease)
    } catch (cause) {
      this.#openError = new Error(`The adapter could not be opened. ${reasonOf(cause)}`, { cause })
    }
  }

  /** Runs one case in a test of the runner. */
  async runEntry(entry: SuiteEntry, context: TestContext): Promise<void> {
    this.#progress.begins(entry.name)
    // The result if the runner times out.
    this.#results.set(entry, { ...notRun(entry, 'it did not finish'), status: 'failed' })
    const { result, error } = await this.#runCaseOn(entry)
    this.#results.set(entry, result)
    if (error) throw error
    if (result.status === 'not-run') context.skip(result.reason)
  }

  async end(): Promise<void> {
    const environment = this.#environment
    this.#progress.end()
    const report = this.#report(environment)
    process.stderr.write(summaryOf(report, writeReport(report)))
    environment?.unhandled.stop()
    await this.#server?.stop()
  }

  async #runCaseOn(entry: SuiteEntry): Promise<CaseRun> {
    const leftOut = this.#leaveOut(entry.name)
    if (leftOut !== null) return { result: notRun(entry, leftOut) }
    if (this.#openError) return failedBy(entry, this.#openError)
    if (this.#environment === null) return { result: notRun(entry, this.#notStartedReason) }
    return await runCaseOn(entry, this.#environment, this.#mode)
  }

  #report(environment: Environment | null): Report {
    const none = { name: 'none', version: '', standIn: false }
    const adapter = environment?.adapter ?? basename(process.cwd())
    return {
      name: this.#options.name ?? adapter,
      adapter,
      server: this.#server?.server ?? none,
      ...this.#mode,
      cases: this.#entries.map(
        (entry) => this.#results.get(entry) ?? notRun(entry, this.#notStartedReason),
      ),
    }
  }
}

function roundsLimit(given: string | undefined): Pick<RunMode, 'maxRounds'> {
  // A run without rounds would look like a pass.
  return given ? { maxRounds: positive('TOKENWARD_ROUNDS', given) } : {}
}

function positive(variable: string, given: string): number {
  const number = Number(given)
  if (Number.isInteger(number) && number > 0) return number
  throw new RangeError(`${variable}=${given}: must be a whole number from 1`)
}

function failedBy(entry: SuiteEntry, error: Error): CaseRun {
  if (isPlanned(entry)) return { result: notRun(entry, entry.notRun) }
  return { result: { ...notRun(entry, error.message), status: 'failed' }, error }
}
