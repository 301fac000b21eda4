import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { forkChild } from './fork-child.ts'
import type { FromChild, TaskRequest, ToChild, WorkerSettings } from './messages.ts'

type Arrival = Extract<FromChild, { type: 'arrived' }>

/** How many characters of a child's output the failure of a case includes. */
const TAIL = 4_000

/** One child process, seen from its parent. */
export class Worker {
  readonly name: string
  /** Rejects if the process ends first. */
  readonly ready: Promise<unknown>
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>()
  #output = ''
  #ended: Error | null = null

  constructor(settings: WorkerSettings, arrived: (arrival: Arrival) => void) {
    this.name = `process ${settings.worker} of ${settings.workers}`
    this.#child = forkChild(import.meta.url, 'pipe')
    this.#closed = once(this.#child, 'close').catch(() => undefined)
    const keep = (text: string) => {
      this.#output = (this.#output + text).slice(-TAIL)
    }
    this.#child.stdout?.setEncoding('utf8').on('data', keep)
    this.#child.stderr?.setEncoding('utf8').on('data', keep)
    this.#child.on('message', (message: FromChild) => this.#onMessage(message, arrived))
    this.#child.on('error', (error) => this.#end(`could not be reached: ${error.message}`))
    // Not `exit`: only at `close` has all output been read.
    this.#child.on('close', (code, signal) => this.#end(`ended by ${signal ?? `code ${code}`}`))
    this.ready = this.#expect(STARTED)
    this.send({ type: 'start', settings })
  }

  /** @returns the task's answer */
  run(request: TaskRequest): Promise<unknown> {
    const answer = this.#expect(request.run)
    this.send({ type: 'run', request })
    return answer
  }

  send(message: ToChild): void {
    // If a child has ended, its `close` event reports that.
    this.#child.send(message, () => undefined)
  }

  /** `kill -9`. Pending tasks reject. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#closed
  }

  /** Its recent output, for an error's message. */
  get output(): string {
    return this.#output === ''
      ? `${this.name} printed nothing`
      : `${this.name} said:\n${this.#output}`
  }

  #expect(run: number): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended)
    const expected = Promise.withResolvers<unknown>()
    this.#pending.set(run, expected)
    return expected.promise
  }

  #onMessage(message: FromChild, arrived: (arrival: Arrival) => void): void {
    if (message.type === 'arrived') arrived(message)
    else if (message.type === 'ready') this.#settle(STARTED)?.resolve(undefined)
    else if (message.type === 'answer') this.#settle(message.run)?.resolve(message.answer)
    else this.#settle(message.run)?.reject(new Error(`${this.name}: ${message.error}`))
  }

  #settle(run: number): PromiseWithResolvers<unknown> | undefined {
    const expected = this.#pending.get(run)
    this.#pending.delete(run)
    return expected
  }

  #end(how: string): void {
    this.#ended ??= new Error(`${this.name} ${how}; ${this.output}`)
    for (const expected of this.#pending.values()) expected.reject(this.#ended)
    this.#pending.clear()
  }
}

/** The start is awaited like a run; runs count from 1. */
const STARTED = 0
