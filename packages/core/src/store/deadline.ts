import { afterDeadline } from './timeout.ts'

/**
 * How long one operation may wait for the store and for keys, in all. The time that functions of the
 * application take is not counted.
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

  /** Runs `call` with a deadline of half the ms that remain: for work that may fail without harm. */
  runHalf<T>(call: (deadline: Deadline) => Promise<T>): Promise<T> {
    return this.run((remainingMs) => call(new Deadline(remainingMs / 2)))
  }

  /** Runs `call` with the ms that remain. The time of concurrent calls is counted once. */
  async run<T>(call: (remainingMs: number) => Promise<T>): Promise<T> {
    this.#count(1)
    try {
      return await call(Math.max(this.#remainingMs, 0))
    } finally {
      this.#count(-1)
    }
  }

  #count(started: 1 | -1): void {
    const now = performance.now()
    if (this.#running > 0) this.#remainingMs -= now - this.#countedUntil
    this.#countedUntil = now
    this.#running += started
  }
}

/** Calls that wait for a reply: each gives up at its own deadline, and all of them on `close`. */
export class PendingCalls {
  readonly #pending = new Set<(error: Error) => void>()
  #closed: Error | null = null

  /** Rejects with `onTimeout()` after `ms`, whatever becomes of `reply`. */
  wait<T>(reply: Promise<T>, ms: number, onTimeout: () => Error): Promise<T> {
    if (this.#closed) {
      // Nothing waits for it any more: an unhandled rejection would end the process.
      reply.catch(() => undefined)
      return Promise.reject(this.#closed)
    }
    return new Promise<T>((resolve, reject) => {
      const cancel = afterDeadline(ms, () => fail(onTimeout()))
      const done = () => {
        cancel()
        this.#pending.delete(fail)
      }
      const fail = (error: unknown) => {
        done()
        reject(error)
      }
      this.#pending.add(fail)
      reply.then((value) => {
        done()
        resolve(value)
      }, fail)
    })
  }

  /** Rejects all pending calls, and all later ones, with `error`. */
  close(error: Error): void {
    this.#closed = error
    for (const fail of [...this.#pending]) fail(error)
  }
}
