import type { Tokenward } from '@tokenward/core'

/** In ms, and of how many calls. */
export interface Latencies {
  readonly p50: number
  readonly p99: number
  readonly count: number
}

/** Clients that verify without pause. */
export class Verifiers {
  readonly #tokens: Tokenward
  readonly #accessTokens: readonly string[]
  readonly #running: Promise<unknown>
  #stopped = false
  #latencies: number[] = []

  constructor(tokens: Tokenward, accessTokens: readonly string[], clients: number) {
    this.#tokens = tokens
    this.#accessTokens = accessTokens
    const all = Array.from({ length: clients }, (_, client) => this.#verify(client))
    this.#running = Promise.all(all)
    // `stop` reports it.
    this.#running.catch(() => undefined)
  }

  /** Since the last call. */
  take(): Latencies {
    const sorted = this.#latencies.toSorted((a, b) => a - b)
    this.#latencies = []
    const at = (part: number) => sorted[Math.floor(sorted.length * part)] ?? Number.NaN
    return { p50: at(0.5), p99: at(0.99), count: sorted.length }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  async #verify(client: number): Promise<void> {
    const { length } = this.#accessTokens
    for (let n = client * 13; !this.#stopped; n += 61) {
      const started = performance.now()
      const result = await this.#tokens.verify(this.#accessTokens[n % length] ?? '')
      this.#latencies.push(performance.now() - started)
      if (!result.active) throw new Error(`refused: ${result.reason}`)
    }
  }
}
