import { afterDeadline } from './timeout.ts'

/** Everybody who waits for the store: each gives up at its own deadline, all at once on close. */
export class PendingCalls {
  readonly #waiting = new Set<(error: Error) => void>()
  #closed: Error | null = null

  /** @param ms after which `late()` is thrown, whatever `answer` still does */
  wait<T>(answer: Promise<T>, ms: number, onTimeout: () => Error): Promise<T> {
    if (this.#closed) return Promise.reject(this.#closed)
    return new Promise<T>((resolve, reject) => {
      const cancel = afterDeadline(ms, () => fail(onTimeout()))
      const done = () => {
        cancel()
        this.#waiting.delete(fail)
      }
      const fail = (error: unknown) => {
        done()
        reject(error)
      }
      this.#waiting.add(fail)
      answer.then((value) => {
        done()
        resolve(value)
      }, fail)
    })
  }

  /** Whoever waits, and whoever asks from now on, gets `error`. */
  close(error: Error): void {
    this.#closed = error
    for (const fail of [...this.#waiting]) fail(error)
  }
}
