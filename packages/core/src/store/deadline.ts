/** The time that one operation may wait for the store, in all; what callers' functions take is not counted. */
export class Deadline {
  #remaining: number
  #waiting = 0
  #since = 0

  /** @param ms the deadline */
  constructor(ms: number) {
    this.#remaining = ms
  }

  get expired(): boolean {
    return this.#remaining <= 0
  }

  /** Runs `call` with what is left, ms. Calls side by side take their time together. */
  async run<T>(call: (remaining: number) => Promise<T>): Promise<T> {
    this.#count(1)
    try {
      return await call(Math.max(this.#remaining, 0))
    } finally {
      this.#count(-1)
    }
  }

  #count(more: 1 | -1): void {
    const now = performance.now()
    if (this.#waiting > 0) this.#remaining -= now - this.#since
    this.#since = now
    this.#waiting += more
  }
}
