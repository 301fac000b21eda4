import type { CaseContext } from '../harness/case-context.ts'
import { createRandom } from '../harness/random.ts'
import { fairTimeout } from '../harness/timeouts.ts'
import { Barriers } from './barriers.ts'
import type { WorkerSettings } from './messages.ts'
import type { AnswerOf, ArgsOf, TaskName } from './tasks/all.ts'
import { Worker } from './worker.ts'

/**
 * For the start and for each run, ms: shorter than a runner's timeout, so that the pool reports what
 * hangs.
 */
const RUN_TIMEOUT_MS = 120_000

/** Child processes with their own clients, on the case's namespace of the store. */
export class WorkerPool {
  readonly #context: CaseContext
  readonly #workers: readonly Worker[]
  #runs = 0

  /** Resolves when all are ready; they end with the case. */
  static async start(
    context: CaseContext,
    count: number,
    timeoutMs: number = RUN_TIMEOUT_MS,
  ): Promise<WorkerPool> {
    const pool = new WorkerPool(context, count)
    context.onClose(() => pool.close())
    await pool.#withTimeout(
      'the start',
      pool.#workers.map(({ ready }) => ready),
      timeoutMs,
    )
    return pool
  }

  private constructor(context: CaseContext, count: number) {
    this.#context = context
    // No process is always the first to continue. The order of arrivals is chance, so these
    // random numbers are separate.
    const order = createRandom(context.random.below(2 ** 32))
    const barriers = new Barriers<Worker>((barrier, workers) => {
      for (const worker of order.shuffle(workers)) worker.send({ type: 'pass', barrier })
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
   * Runs a task in all processes concurrently; rejects as soon as one fails or ends.
   * @param args of each worker
   * @returns the answer of each worker
   */
  async run<N extends TaskName>(
    task: N,
    args: readonly ArgsOf<N>[],
    timeoutMs: number = RUN_TIMEOUT_MS,
  ): Promise<AnswerOf<N>[]> {
    if (args.length !== this.size) throw new RangeError(`${task}: arguments for ${this.size}`)
    const request = { run: ++this.#runs, task, now: this.#context.clock() }
    const answers = this.#workers.map((worker, i) => worker.run({ ...request, args: args[i] }))
    return (await this.#withTimeout(`the task ${task}`, answers, timeoutMs)) as AnswerOf<N>[]
  }

  /** `kill -9` for one of them; its running task rejects. */
  async kill(worker: number): Promise<void> {
    await this.#workers[worker]?.kill()
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.kill()))
  }

  async #withTimeout<T>(what: string, answers: readonly Promise<T>[], ms: number): Promise<T[]> {
    const { promise, reject } = Promise.withResolvers<never>()
    const onTimeout = () => {
      const output = this.#workers.map((worker) => worker.output).join('\n')
      reject(new Error(`${what} has not ended after ${ms} ms\n${output}`))
    }
    fairTimeout(ms).addEventListener('abort', onTimeout)
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
    ...(environment.lease !== undefined && { lease: environment.lease }),
  }
  return Array.from({ length: workers }, (_, worker) => {
    return { ...common, worker, seed: random.below(2 ** 32) }
  })
}
