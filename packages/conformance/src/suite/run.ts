import { basename } from 'node:path'
import { type Stage, setStage } from '../bench/stage.ts'
import type { Entry } from './case.ts'
import type { ConformanceOptions } from './options.ts'
import { judge, type Mode, notRun, type Outcome } from './outcome.ts'
import { type Report, writeReport } from './report.ts'
import type { TestContext } from './runner.ts'

/** One run of the suite against one backend. */
export class Run {
  readonly #options: ConformanceOptions
  readonly #entries: readonly Entry[]
  readonly #mode: Mode
  readonly #outcomes = new Map<Entry, Outcome>()
  #stage: Stage | null = null
  #unstarted = 'the run did not start'

  constructor(options: ConformanceOptions, entries: readonly Entry[]) {
    this.#options = options
    this.#entries = entries
    this.#mode = {
      full: options.full ?? Boolean(process.env['TOKENWARD_FULL']),
      seed: Number(process.env['TOKENWARD_SEED'] ?? Math.floor(Math.random() * 2 ** 32)),
    }
  }

  /** Of one case, ms. */
  get timeout(): number {
    return this.#mode.full ? 3_600_000 : 60_000
  }

  async start(): Promise<void> {
    try {
      this.#stage = await setStage(await this.#options.server(), this.#options.repository)
    } catch (error) {
      this.#unstarted = `the backend could not be started: ${String(error)}`
      // Somebody looks at a laptop; nobody looks at a green check mark.
      if (process.env['CI']) throw error
    }
  }

  /** Runs one case under the runner's eyes. */
  async take(entry: Entry, context: TestContext): Promise<void> {
    // Stands if the runner loses patience with the case.
    this.#outcomes.set(entry, { ...notRun(entry, 'it did not finish'), status: 'failed' })
    const { outcome, error } = await this.#judge(entry)
    this.#outcomes.set(entry, outcome)
    if (error) throw error
    if (outcome.status === 'not-run') context.skip(outcome.reason)
  }

  async end(): Promise<void> {
    const stage = this.#stage
    writeReport(this.#report(stage))
    stage?.stray.stop()
    await stage?.server.stop()
  }

  async #judge(entry: Entry): ReturnType<typeof judge> {
    const { only } = this.#options
    if (only && !only.includes(entry.name)) return { outcome: notRun(entry, 'left out by `only`') }
    if (this.#stage === null) return { outcome: notRun(entry, this.#unstarted) }
    return await judge(entry, this.#stage, this.#mode)
  }

  #report(stage: Stage | null): Report {
    const nobody = { name: 'none', version: '', standIn: false }
    return {
      adapter: stage?.adapter ?? basename(process.cwd()),
      server: stage?.server.server ?? nobody,
      ...this.#mode,
      cases: this.#entries.map(
        (entry) => this.#outcomes.get(entry) ?? notRun(entry, 'the runner did not run it'),
      ),
    }
  }
}
