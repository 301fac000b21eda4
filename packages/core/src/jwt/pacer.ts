/** The time between the starts of two fetches: many forged tokens must not cause many fetches. */
const MIN_INTERVAL_MS = 500
/** The pause after a failed fetch. It doubles with each further failure, up to the maximum. */
const FIRST_PAUSE_MS = 500
const MAX_PAUSE_MS = 4_000

/** Decides when to fetch: one fetch at a time, shared by all callers, with pauses after failures. */
export class Pacer {
  #running: Promise<void> | null = null
  #queued: Promise<void> | null = null
  #startedAt = Number.NEGATIVE_INFINITY
  #failures = 0
  /** The error of the last fetch, if it failed. */
  #error: unknown = null
  readonly #closing = new AbortController()
  /** When the last successful fetch was started, on the clock of `performance.now()`. */
  succeededAt: number = Number.NEGATIVE_INFINITY

  /** Joins the running fetch, or starts one. During the pause after a failure it rejects at once. */
  now(fetch: () => Promise<void>): Promise<void> {
    if (this.#running !== null) return this.#running
    if (this.#closing.signal.aborted) return Promise.reject(this.#closing.signal.reason)
    if (this.#pausedUntil() > performance.now()) return Promise.reject(this.#error)
    this.#running = this.#run(fetch)
    return this.#running
  }

  /** Waits for a fetch that starts after this call, together with other callers. */
  next(fetch: () => Promise<void>): Promise<void> {
    if (this.#queued !== null) return this.#queued
    if (this.#pausedUntil() > performance.now()) return this.now(fetch)
    this.#queued = this.#later(fetch)
    return this.#queued
  }

  close(error: Error): void {
    this.#closing.abort(error)
  }

  async #later(fetch: () => Promise<void>): Promise<void> {
    await this.#running?.catch(() => undefined)
    await pause(this.#startedAt + MIN_INTERVAL_MS - performance.now(), this.#closing.signal)
    this.#queued = null
    await this.now(fetch)
  }

  async #run(fetch: () => Promise<void>): Promise<void> {
    const startedAt = performance.now()
    this.#startedAt = startedAt
    try {
      await fetch()
      this.succeededAt = startedAt
      this.#failures = 0
    } catch (error) {
      this.#failures++
      this.#error = error
      throw error
    } finally {
      this.#running = null
    }
  }

  #pausedUntil(): number {
    if (this.#failures === 0) return Number.NEGATIVE_INFINITY
    return this.#startedAt + Math.min(FIRST_PAUSE_MS * 2 ** (this.#failures - 1), MAX_PAUSE_MS)
  }
}

/** Ends early with the signal, and then leaves no timer behind. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
