// The runner of tests in the worker of Vitest. It runs each test, with its hooks, many times: once for each
// mutant that the test reaches. The modules are imported once, and a variable chooses the mutant.

import { appendFileSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import {
  type RunnerTask,
  type RunnerTestCase,
  type RunnerTestFile,
  TestRunner,
  type TestTryOptions,
} from 'vitest'
import { repositoryRoot } from '../paths.ts'
import { endOf, now } from './end-of.ts'
import { type CoverageLine, HANGS, type Judgment, type Plan, type PlannedTest } from './plan.ts'
import { chosen, coverage, type Hits } from './switch.ts'

const plan = JSON.parse(readFileSync(process.env['TOKENWARD_MUTANTS_PLAN'] ?? '', 'utf8')) as Plan
/** Of this process: a mutant that one test killed is not tried by the next. */
const killed = new Set<string>()
/** In how many tests a mutant did not end: a busy machine may be the cause of one. */
const hung = new Map<string, number>()
/** A test that takes longer runs only once while the coverage is measured. */
const SLOW_MS = 1_000

export default class MutatingRunner extends TestRunner {
  #queue: PlannedTest['mutants'] = []
  #planned: PlannedTest | undefined
  #killedHere: string[] = []
  #hits: Hits[] = []
  #failure: unknown
  #startedAt = 0
  #isAbandoned = false
  #ms = 0

  override async importFile(...given: Parameters<TestRunner['importFile']>): Promise<unknown> {
    chosen.currentTestId = undefined
    const imported = await super.importFile(...given)
    chosen.currentTestId = 'hooks'
    return imported
  }

  override async onBeforeRunTask(task: RunnerTask): Promise<void> {
    await super.onBeforeRunTask(task)
    if (task.type !== 'test' || task.mode !== 'run') return
    this.#hits = []
    this.#failure = undefined
    this.#killedHere = []
    this.#isAbandoned = false
    if (plan.kind === 'coverage') {
      task.repeats = 1
      return
    }
    this.#planned = plan.tests[idOf(task)]
    this.#queue = this.#planned?.mutants.filter(([id]) => !killed.has(id)) ?? []
    if (this.#queue.length === 0) task.mode = 'skip'
    // The last repetition changes nothing: it shows whether the test still passes.
    else task.repeats = this.#queue.length
  }

  override onBeforeTryTask(task: RunnerTask, options: TestTryOptions): void {
    super.onBeforeTryTask(task, options)
    chosen.run = (chosen.run ?? 0) + 1
    if (plan.kind === 'coverage') {
      chosen.currentTestId = `try ${options.repeats}`
      return
    }
    const [id, hits = 0] = this.#queue[options.repeats] ?? []
    chosen.activeMutant = id
    chosen.hitCount = 0
    chosen.hitLimit = 100 * hits + 1_000
  }

  /** Instead of the body of the test. */
  async runTask(task: RunnerTestCase): Promise<void> {
    const body = TestRunner.getTestFn(task)
    this.#startedAt = now()
    if (plan.kind === 'coverage') {
      const isSlow = this.#hits.length === 1 && this.#ms > SLOW_MS
      return isSlow ? undefined : await this.#measure(async () => await body())
    }
    // The repetitions that are left would wait for what does not end.
    if (this.#isAbandoned) return
    const active = chosen.activeMutant
    if (active === undefined) {
      if (this.#killedHere.length > 0) await this.#confirm(task, async () => await body())
      return
    }
    const ended = await endOf(async () => await body(), 10 * (this.#planned?.ms ?? 0) + 5_000)
    if (ended === 'killed') this.#kill(active, task)
    if (ended === 'timeout') this.#abandon(active, task)
  }

  #kill(mutant: string, task: RunnerTask): void {
    killed.add(mutant)
    this.#killedHere.push(mutant)
    log({ mutant, by: idOf(task) })
  }

  /** What still runs may disturb this test: the rest of its mutants is left to other tests. */
  #abandon(mutant: string, task: RunnerTask): void {
    const times = (hung.get(mutant) ?? 0) + 1
    hung.set(mutant, times)
    if (times === HANGS) killed.add(mutant)
    this.#queue = []
    this.#isAbandoned = true
    log({ hung: mutant, by: idOf(task) })
  }

  override async onAfterRetryTask(task: RunnerTestCase, options: TestTryOptions): Promise<void> {
    if (plan.kind === 'coverage') this.#hits.push(coverage.perTest[`try ${options.repeats}`] ?? {})
    coverage.perTest = {}
    const active = chosen.activeMutant
    // A hook failed.
    if (
      active !== undefined &&
      task.result?.state === 'fail' &&
      !this.#isAbandoned &&
      !killed.has(active)
    ) {
      this.#kill(active, task)
    }
    chosen.activeMutant = undefined
    chosen.currentTestId = 'hooks'
    await super.onAfterRetryTask(task, options)
  }

  override onAfterRunTask(task: RunnerTask): void {
    super.onAfterRunTask(task)
    if (task.type !== 'test') return
    if (plan.kind === 'mutation') {
      if (!this.#isAbandoned) log({ done: this.#planned?.doneAs ?? '', plan: plan.plan })
      return
    }
    const [first = {}, again = {}] = this.#hits
    const second = this.#ms > SLOW_MS ? first : again
    log({
      test: idOf(task),
      file: relative(repositoryRoot, task.file.filepath),
      ms: this.#ms,
      ...(this.#failure !== undefined && { unusable: String(this.#failure).slice(0, 200) }),
      hits: second,
      atImport: Object.keys(first).filter((id) => second[id] === undefined),
    })
  }

  override onAfterRunFiles(files: RunnerTestFile[]): void {
    super.onAfterRunFiles(files)
    if (plan.kind !== 'coverage') return
    const imported = Object.keys(coverage.static)
    for (const { filepath } of files) log({ file: relative(repositoryRoot, filepath), imported })
  }

  async #measure(body: () => Promise<void>): Promise<void> {
    try {
      await body()
    } catch (error) {
      this.#failure = error
      throw error
    } finally {
      this.#ms = Math.ceil(now() - this.#startedAt)
    }
  }

  async #confirm(task: RunnerTestCase, body: () => Promise<void>): Promise<void> {
    if ((await endOf(body, 60_000)) === 'passed') return
    for (const id of this.#killedHere) killed.delete(id)
    log({ unreliable: idOf(task) })
  }
}

function idOf(task: RunnerTask): string {
  return `${relative(repositoryRoot, task.file.filepath)} > ${task.fullTestName}#${task.id.replace(/^-?\d+_/, '')}`
}

function log(line: CoverageLine | Judgment): void {
  appendFileSync(plan.log, `${JSON.stringify(line)}\n`)
}
