import type { Tokenward } from '@tokenward/core'
import { Latencies } from '../latencies.ts'

/** Clients that verify without pause. */
export class Verifiers {
  readonly latencies: Latencies = new Latencies()
  readonly #tokens: Tokenward
  readonly #accessTokens: readonly string[]
  readonly #running: Promise<unknown>
  #stopped = false

  constructor(tokens: Tokenward, accessTokens: readonly string[], clients: number) {
    this.#tokens = tokens
    this.#accessTokens = accessTokens
    const all = Array.from({ length: clients }, (_, client) => this.#verify(client))
    this.#running = Promise.all(all)
    // `stop` reports it.
    this.#running.catch(() => undefined)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  async #verify(client: number): Promise<void> {
    const { length } = this.#accessTokens
    for (let n = client * 13; !this.#stopped; n += 61) {
      const accessToken = this.#accessTokens[n % length] ?? ''
      const result = await this.latencies.measure(() => this.#tokens.verify(accessToken))
      if (!result.active) throw new Error(`refused: ${result.reason}`)
    }
  }
}
