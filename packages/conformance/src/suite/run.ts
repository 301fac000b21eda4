import { basename } from 'node:path'
import { type Stage, setStage } from '../harness/environment.ts'
import type { ServerHandle } from '../harness/server-handle.ts'
import { type Entry, isPlanned } from './case.ts'
import { reasonOf } from './failure.ts'
import type { ConformanceOptions } from './options.ts'
import { Progress } from './progress.ts'
import { type Report, writeReport } from './report.ts'
import { type Judged, judge, type Mode, notRun, type Outcome } from './result.ts'
import type { TestContext } from './runner.ts'

/** One run of the suite against one backend. */
export class Run {
  readonly #options: ConformanceOptions
  readonly #entries: readonly Entry[]
  readonly #mode: Mode
  readonly #outcomes = new Map<Entry, Outcome>()
  readonly #progress: Progress | null
  #server: ServerHandle | null = null
  #stage: Stage | null = null
  #unstarted = 'the run did not start'
  /** The backend is there and the adapter cannot open it: every case fails, by this one error. */
  #unopened: Error | null = null

  constructor(options: ConformanceOptions, entries: readonly Entry[]) {
    this.#options = options
    this.#entries = entries
    const full = options.full ?? Boolean(process.env['TOKENWARD_FULL'])
    this.#mode = {
      ...(options.rounds !== undefined && !full && { most: options.rounds }),
      ...mostRounds(process.env['TOKENWARD_ROUNDS']),
      full,
      seed: Number(process.env['TOKENWARD_SEED'] ?? Math.floor(Math.random() * 2 ** 32)),
    }
    this.#progress = this.#mode.full ? new Progress(entries.length) : null
  }

  /** Of one case, ms: many times what the longest takes on two quiet cores, for those that are busy. */
  get timeout(): number {
    return this.#mode.full ? 4 * 3_600_000 : 1_800_000
  }

  async start(): Promise<void> {
    try {
      this.#server = await this.#options.server()
    } catch (error) {
      this.#unstarted = `the backend could not be started: ${reasonOf(error)}`
      // Somebody looks at a laptop; nobody looks at a green check mark.
      if (process.env['CI']) throw error
      return
    }
    try {
      this.#stage = await setStage(this.#server, this.#options.repository)
    } catch (cause) {
      this.#unopened = new Error(`The adapter could not be opened. ${reasonOf(cause)}`, { cause })
    }
  }

  /** Runs one case under the runner's eyes. */
  async take(entry: Entry, context: TestContext): Promise<void> {
    this.#progress?.begins(entry.name)
    // Stands if the runner loses patience with the case.
    this.#outcomes.set(entry, { ...notRun(entry, 'it did not finish'), status: 'failed' })
    const { outcome, error } = await this.#judge(entry)
    this.#outcomes.set(entry, outcome)
    if (error) throw error
    if (outcome.status === 'not-run') context.skip(outcome.reason)
  }

  async end(): Promise<void> {
    const stage = this.#stage
    this.#progress?.end()
    writeReport(this.#report(stage))
    stage?.stray.stop()
    await this.#server?.stop()
  }

  async #judge(entry: Entry): Promise<Judged> {
    const { only } = this.#options
    if (only && !only.includes(entry.name)) return { outcome: notRun(entry, 'left out by `only`') }
    if (this.#unopened) return failedBy(entry, this.#unopened)
    if (this.#stage === null) return { outcome: notRun(entry, this.#unstarted) }
    return await judge(entry, this.#stage, this.#mode)
  }

  #report(stage: Stage | null): Report {
    const nobody = { name: 'none', version: '', standIn: false }
    const adapter = stage?.adapter ?? basename(process.cwd())
    return {
      name: this.#options.name ?? adapter,
      adapter,
      server: this.#server?.server ?? nobody,
      ...this.#mode,
      cases: this.#entries.map(
        (entry) => this.#outcomes.get(entry) ?? notRun(entry, 'the runner did not run it'),
      ),
    }
  }
}

function mostRounds(given: string | undefined): Pick<Mode, 'most'> {
  if (!given) return {}
  const most = Number(given)
  // No rounds at all would look like a pass.
  if (Number.isInteger(most) && most > 0) return { most }
  throw new RangeError(`TOKENWARD_ROUNDS=${given}: wants a whole number from 1`)
}

function failedBy(entry: Entry, error: Error): Judged {
  if (isPlanned(entry)) return { outcome: notRun(entry, entry.notRun) }
  return { outcome: { ...notRun(entry, error.message), status: 'failed' }, error }
}
