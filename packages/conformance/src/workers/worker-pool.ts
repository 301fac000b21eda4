import type { Bench } from '../harness/case-context.ts'
import { createRandom } from '../harness/random.ts'
import { fairTimeout } from '../harness/timeouts.ts'
import { Barriers } from './barriers.ts'
import type { Setting } from './messages.ts'
import type { AnswerOf, ArgsOf, TaskName } from './tasks/all.ts'
import { Member } from './worker.ts'

/** With the start and with each run, ms: shorter than a runner's patience with a case, so that the crew says what hangs. */
const PATIENCE = 120_000

/** Child processes with clients of their own, on the bench's corner of the store. */
export class Crew {
  readonly #bench: Bench
  readonly #members: readonly Member[]
  #runs = 0

  /** All are there when it resolves; they end with the bench. */
  static async start(bench: Bench, count: number, patience: number = PATIENCE): Promise<Crew> {
    const crew = new Crew(bench, count)
    bench.onClose(() => crew.close())
    await crew.#withPatience(
      'the start',
      crew.#members.map(({ ready }) => ready),
      patience,
    )
    return crew
  }

  private constructor(bench: Bench, count: number) {
    this.#bench = bench
    // Nobody is always the first to run on. When others arrive is chance, so these are dice of their own.
    const dice = createRandom(bench.random.below(2 ** 32))
    const barriers = new Barriers<Member>((barrier, members) => {
      for (const member of dice.shuffle(members)) member.send({ say: 'pass', barrier })
    })
    this.#members = settingsOf(bench, count).map((setting) => {
      const member: Member = new Member(setting, ({ barrier, arrivals }) => {
        barriers.arrive(barrier, member, arrivals)
      })
      return member
    })
  }

  get size(): number {
    return this.#members.length
  }

  /**
   * Runs a task in all processes at once; rejects as soon as one fails or ends.
   * @param args of each member
   * @returns the answer of each member
   */
  async run<N extends TaskName>(
    task: N,
    args: readonly ArgsOf<N>[],
    patience: number = PATIENCE,
  ): Promise<AnswerOf<N>[]> {
    if (args.length !== this.size) throw new RangeError(`${task}: arguments for ${this.size}`)
    const order = { run: ++this.#runs, task, now: this.#bench.clock() }
    const answers = this.#members.map((member, i) => member.run({ ...order, args: args[i] }))
    return (await this.#withPatience(`the task ${task}`, answers, patience)) as AnswerOf<N>[]
  }

  /** `kill -9` for one of them; what it was running rejects. */
  async kill(member: number): Promise<void> {
    await this.#members[member]?.kill()
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.kill()))
  }

  async #withPatience<T>(what: string, answers: readonly Promise<T>[], ms: number): Promise<T[]> {
    const { promise, reject } = Promise.withResolvers<never>()
    const giveUp = () => {
      const said = this.#members.map((member) => member.said).join('\n')
      reject(new Error(`${what} has not ended after ${ms} ms\n${said}`))
    }
    fairTimeout(ms).addEventListener('abort', giveUp)
    return await Promise.race([Promise.all(answers), promise])
  }
}

function settingsOf({ stage, namespace, random }: Bench, members: number): Setting[] {
  const common = {
    module: stage.module.href,
    url: stage.server.url,
    namespace,
    keys: stage.keys,
    members,
    origin: String(process.hrtime.bigint()),
    ...(stage.knownBad !== undefined && { knownBad: stage.knownBad }),
  }
  return Array.from({ length: members }, (_, member) => {
    return { ...common, member, seed: random.below(2 ** 32) }
  })
}
