import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fairTimeout } from '../../harness/timeouts.ts'
import type { CaseResult } from '../../suite/result.ts'
import { forkChild } from '../../workers/fork-child.ts'
import type { RunEvent, RunRequest } from './messages.ts'

/** How many characters of a process's output the reason includes. */
const TAIL = 2_000
/** ms, for a process to stop its backend. */
const STOP_TIMEOUT_MS = 10_000

/** A child process in which broken code may hang, leak and end it. */
export class CaseWorker {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  #output = ''

  constructor() {
    this.#child = forkChild(import.meta.url, 'ignore')
    this.#ended = once(this.#child, 'close')
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-TAIL)
    })
  }

  get isGone(): boolean {
    // `killed`: the process may take a moment to end, and accepts no more requests.
    const { exitCode, signalCode, killed } = this.#child
    return exitCode !== null || signalCode !== null || killed
  }

  /** The result of each case. A case that ended the process failed, and later ones did not run. */
  async run(request: RunRequest): Promise<readonly CaseResult[]> {
    const results: CaseResult[] = []
    let running: string | null = null
    const { promise: done, resolve } = Promise.withResolvers<void>()
    const onEvent = (event: RunEvent) => {
      if (event.type === 'done') resolve()
      else if (event.type === 'ended') results.push(event.result)
      running = event.type === 'begins' ? event.name : null
    }
    this.#child.on('message', onEvent)
    this.#child.send(request, () => undefined)
    await Promise.race([done, this.#ended])
    this.#child.off('message', onEvent)
    if (running !== null) results.push(this.#endedIn(running))
    else if (this.isGone) throw new Error(`${request.bad} could not be tried: ${this.#output}`)
    return results
  }

  /** It stops its backend first. */
  async end(): Promise<void> {
    if (this.isGone) return
    const exited = once(this.#child, 'exit')
    if (this.#child.connected) this.#child.disconnect()
    const kill = () => this.#child.kill('SIGKILL')
    fairTimeout(STOP_TIMEOUT_MS).addEventListener('abort', kill)
    await exited
  }

  #endedIn(name: string): CaseResult {
    const reason = `the process ended: ${this.#output}`
    return { name, level: 'engine', status: 'failed', reason, ms: 0 }
  }
}
