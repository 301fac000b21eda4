/** In ms, and of how many calls. */
export interface Summary {
  readonly p50: number
  readonly p99: number
  readonly count: number
}

/** How long calls took. */
export class Latencies {
  #ms: number[] = []

  async measure<T>(call: () => Promise<T>): Promise<T> {
    const started = performance.now()
    const result = await call()
    this.#ms.push(performance.now() - started)
    return result
  }

  /** Of the calls since the last summary. */
  take(): Summary {
    const sorted = this.#ms.toSorted((a, b) => a - b)
    this.#ms = []
    const at = (part: number) => sorted[Math.floor(sorted.length * part)] ?? Number.NaN
    return { p50: at(0.5), p99: at(0.99), count: sorted.length }
  }
}
