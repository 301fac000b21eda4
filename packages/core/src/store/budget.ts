/** The time that one operation may wait for the store, in all; what callers' functions take is not counted. */
export class Budget {
  #left: number

  /** @param ms the deadline */
  constructor(ms: number) {
    this.#left = ms
  }

  get spent(): boolean {
    return this.#left <= 0
  }

  /** Runs `call` with what is left, ms, and counts what it took. */
  async spend<T>(call: (left: number) => Promise<T>): Promise<T> {
    const started = performance.now()
    try {
      return await call(Math.max(this.#left, 0))
    } finally {
      this.#left -= performance.now() - started
    }
  }
}
