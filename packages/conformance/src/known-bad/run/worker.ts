import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Outcome } from '../../suite/result.ts'
import { forkChild } from '../../workers/fork-child.ts'
import type { Order, Told } from './messages.ts'

/** How much of what a process said stands in the reason. */
const TAIL = 2_000

/** A child process in which broken things may hang, leak and end it. */
export class Trier {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  #said = ''

  constructor() {
    this.#child = forkChild(import.meta.url, 'ignore')
    this.#ended = once(this.#child, 'close')
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-TAIL)
    })
  }

  get isGone(): boolean {
    // `killed`: it may take a moment to die, and takes no more orders.
    const { exitCode, signalCode, killed } = this.#child
    return exitCode !== null || signalCode !== null || killed
  }

  /** What came of each case; one that ended the process failed, and those behind it did not run. */
  async try(order: Order): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = []
    let begun: string | null = null
    const { promise: done, resolve } = Promise.withResolvers<void>()
    const hear = (told: Told) => {
      if (told.say === 'done') resolve()
      else if (told.say === 'judged') outcomes.push(told.outcome)
      begun = told.say === 'begins' ? told.name : null
    }
    this.#child.on('message', hear)
    this.#child.send(order, () => undefined)
    await Promise.race([done, this.#ended])
    this.#child.off('message', hear)
    if (begun !== null) outcomes.push(this.#endedIn(begun))
    else if (this.isGone) throw new Error(`${order.bad} could not be tried: ${this.#said}`)
    return outcomes
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }

  #endedIn(name: string): Outcome {
    const reason = `the process ended: ${this.#said}`
    return { name, level: 'engine', status: 'failed', reason, ms: 0 }
  }
}
