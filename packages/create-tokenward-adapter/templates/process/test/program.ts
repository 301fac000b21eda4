import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** In characters: what a program that ends too early had to say. */
const MAX_OUTPUT_LENGTH = 4_000

/** A program that is started and killed as often as the suite needs it. */
export class Program {
  readonly #file: string
  readonly #args: readonly string[]
  readonly #environment: Readonly<Record<string, string>>
  #process: ChildProcess | undefined
  #failure: Error | undefined
  #output = ''

  constructor(
    file: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ) {
    this.#file = file
    this.#args = args
    this.#environment = environment
  }

  start(): void {
    const started = spawn(this.#file, this.#args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...this.#environment },
    })
    this.#process = started
    this.#failure = undefined
    this.#output = ''
    const kill = () => started.kill('SIGKILL')
    process.once('exit', kill)
    started.once('exit', () => process.removeListener('exit', kill))
    started.once('error', (error) => {
      this.#failure = error
    })
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-MAX_OUTPUT_LENGTH)
      })
    }
  }

  /** @throws Error with the last messages of the program, where it could not start or has ended */
  assertRuns(): void {
    if (this.#failure) {
      const message = `${this.#file} does not start: is it installed?`
      throw new Error(message, { cause: this.#failure })
    }
    if (this.#isRunning()) return
    const { exitCode = null, signalCode = null } = this.#process ?? {}
    throw new Error(`${this.#file} ended (${exitCode ?? signalCode}): ${this.#output}`)
  }

  /** Resolves when it has ended; at once where it does not run. */
  async kill(): Promise<void> {
    if (!this.#process || !this.#isRunning()) return
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await ended
  }

  #isRunning(): boolean {
    const { pid, exitCode, signalCode } = this.#process ?? {}
    return pid !== undefined && exitCode === null && signalCode === null
  }
}
