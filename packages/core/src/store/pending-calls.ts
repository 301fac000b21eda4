import type { Deadline } from './deadline.ts'
import { type Outcome, PendingReply } from './pending-reply.ts'

/** The calls that wait for the same service: the store, an identity provider, a KMS. They end with `close`. */
export class PendingCalls {
  readonly #outcome: Outcome
  readonly #replies = new Set<Pick<PendingReply<unknown>, 'close'>>()
  #closed: Error | null = null

  constructor(outcome: Outcome) {
    this.#outcome = outcome
  }

  /**
   * A reply that callers can wait for before its request is sent.
   * @param abandoned called when all of them have given up
   */
  open<T>(abandoned: () => void): PendingReply<T> {
    const reply = new PendingReply<T>(this.#outcome, abandoned)
    if (this.#closed === null) this.#replies.add(reply)
    else reply.close(this.#closed)
    return reply
  }

  /** Sends the request if a caller waits for it, and passes its result to those who wait then. */
  async send<T>(reply: PendingReply<T>, request: () => Promise<T>): Promise<void> {
    try {
      if (reply.until > 0) reply.resolve(await request())
    } catch (cause) {
      reply.reject(cause)
    } finally {
      this.#replies.delete(reply)
    }
  }

  /** Opens and sends a request of one caller. */
  call<T>(
    deadline: Deadline,
    request: (remainingMs: number, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const controller = new AbortController()
    const reply = this.open<T>(() => controller.abort())
    const waiting = reply.wait(deadline)
    void this.send(reply, () => request(reply.until - performance.now(), controller.signal))
    return waiting
  }

  /** Rejects all pending calls, and all later ones, with `error`. */
  close(error: Error): void {
    this.#closed = error
    for (const reply of this.#replies) reply.close(error)
    this.#replies.clear()
  }
}
