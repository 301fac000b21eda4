/**
 * How long one operation may wait for the store and for keys, in all. The time that functions of the
 * application take is not counted. Instants are on the clock of `performance.now()`.
 */
export class Deadline {
  #remainingMs: number
  #running = 0
  #countedUntil = 0

  constructor(ms: number) {
    this.#remainingMs = ms
  }

  get expired(): boolean {
    return this.#remainingMs <= 0
  }

  /** Starts to count. The time of concurrent calls is counted once. @returns until when to wait */
  start(now: number): number {
    this.#count(now, 1)
    return now + Math.max(this.#remainingMs, 0)
  }

  stop(now: number): void {
    this.#count(now, -1)
  }

  /** Runs `call` with the ms that remain. */
  async run<T>(call: (remainingMs: number) => Promise<T>): Promise<T> {
    const now = performance.now()
    const until = this.start(now)
    try {
      return await call(until - now)
    } finally {
      this.stop(performance.now())
    }
  }

  /** Runs `call` with a deadline of half the ms that remain: for work that may fail without harm. */
  runHalf<T>(call: (deadline: Deadline) => Promise<T>): Promise<T> {
    return this.run((remainingMs) => call(new Deadline(remainingMs / 2)))
  }

  #count(now: number, started: 1 | -1): void {
    if (this.#running > 0) this.#remainingMs -= now - this.#countedUntil
    this.#countedUntil = now
    this.#running += started
  }
}
