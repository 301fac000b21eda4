import type { CaseContext } from '../harness/case-context.ts'
import { createRandom } from '../harness/random.ts'
import { fairTimeout } from '../harness/timeouts.ts'
import { Barriers } from './barriers.ts'
import type { WorkerSettings } from './messages.ts'
import type { AnswerOf, ArgsOf, TaskName } from './tasks/all.ts'
import { Worker } from './worker.ts'

/** With the start and with each run, ms: shorter than a runner's patience with a case, so that the crew says what hangs. */
const CASE_TIMEOUT_MS = 120_000

/** Child processes with clients of their own, on the bench's corner of the store. */
export class WorkerPool {
  readonly #context: CaseContext
  readonly #workers: readonly Worker[]
  #runs = 0

  /** All are there when it resolves; they end with the bench. */
  static async start(
    context: CaseContext,
    count: number,
    deadline: number = CASE_TIMEOUT_MS,
  ): Promise<WorkerPool> {
    const pool = new WorkerPool(context, count)
    context.onClose(() => pool.close())
    await pool.#withPatience(
      'the start',
      pool.#workers.map(({ ready }) => ready),
      deadline,
    )
    return pool
  }

  private constructor(context: CaseContext, count: number) {
    this.#context = context
    // Nobody is always the first to run on. When others arrive is chance, so these are dice of their own.
    const dice = createRandom(context.random.below(2 ** 32))
    const barriers = new Barriers<Worker>((barrier, workers) => {
      for (const worker of dice.shuffle(workers)) worker.send({ type: 'pass', barrier })
    })
    this.#workers = settingsOf(context, count).map((settings) => {
      const worker: Worker = new Worker(settings, ({ barrier, arrivals }) => {
        barriers.arrive(barrier, worker, arrivals)
      })
      return worker
    })
  }

  get size(): number {
    return this.#workers.length
  }

  /**
   * Runs a task in all processes at once; rejects as soon as one fails or ends.
   * @param args of each member
   * @returns the answer of each member
   */
  async run<N extends TaskName>(
    task: N,
    args: readonly ArgsOf<N>[],
    deadline: number = CASE_TIMEOUT_MS,
  ): Promise<AnswerOf<N>[]> {
    if (args.length !== this.size) throw new RangeError(`${task}: arguments for ${this.size}`)
    const request = { run: ++this.#runs, task, now: this.#context.clock() }
    const answers = this.#workers.map((worker, i) => worker.run({ ...request, args: args[i] }))
    return (await this.#withPatience(`the task ${task}`, answers, deadline)) as AnswerOf<N>[]
  }

  /** `kill -9` for one of them; what it was running rejects. */
  async kill(worker: number): Promise<void> {
    await this.#workers[worker]?.kill()
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.kill()))
  }

  async #withPatience<T>(what: string, answers: readonly Promise<T>[], ms: number): Promise<T[]> {
    const { promise, reject } = Promise.withResolvers<never>()
    const giveUp = () => {
      const output = this.#workers.map((worker) => worker.output).join('\n')
      reject(new Error(`${what} has not ended after ${ms} ms\n${output}`))
    }
    fairTimeout(ms).addEventListener('abort', giveUp)
    return await Promise.race([Promise.all(answers), promise])
  }
}

function settingsOf(
  { environment, namespace, random }: CaseContext,
  workers: number,
): WorkerSettings[] {
  const common = {
    module: environment.module.href,
    url: environment.server.url,
    namespace,
    keys: environment.keys,
    workers,
    origin: String(process.hrtime.bigint()),
    ...(environment.knownBad !== undefined && { knownBad: environment.knownBad }),
  }
  return Array.from({ length: workers }, (_, worker) => {
    return { ...common, worker, seed: random.below(2 ** 32) }
  })
}
