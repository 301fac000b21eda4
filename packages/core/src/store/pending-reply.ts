import type { Deadline } from './deadline.ts'
import { afterDeadline } from './timeout.ts'

/** Callers whose deadlines are less than this many ms apart give up together. */
const TOGETHER_MS = 1

/** What becomes of a call to the other side, and the errors that its callers see. */
export interface Outcome {
  /** It replied while a caller still waited. */
  answered?(): void
  /** It failed. @returns the error for those who still wait, instead of the cause */
  failed?(cause: unknown): unknown
  /** It did not reply in time. @returns the error for those who have waited until now */
  timedOut(): unknown
}

interface Group<T> extends PromiseWithResolvers<T> {
  readonly until: number
  readonly deadlines: Deadline[]
}

/** A reply that many callers may wait for, each until its own deadline. One timer serves all of them. */
export class PendingReply<T> {
  readonly #outcome: Outcome
  readonly #abandoned: () => void
  #groups: Group<T>[] = []
  #cancel: () => void = () => {}
  #closed: Error | null = null

  /** @param abandoned called when all have given up */
  constructor(outcome: Outcome, abandoned: () => void) {
    this.#outcome = outcome
    this.#abandoned = abandoned
  }

  /** The latest deadline of those who wait; 0: there are none. */
  get until(): number {
    return Math.max(0, ...this.#groups.map(({ until }) => until))
  }

  /** Of those who wait. */
  get deadlines(): readonly Deadline[] {
    return this.#groups.flatMap(({ deadlines }) => deadlines)
  }

  wait(deadline: Deadline): Promise<T> {
    if (this.#closed !== null) return Promise.reject(this.#closed)
    const until = deadline.start(performance.now())
    const group =
      this.#groups.find((each) => Math.abs(each.until - until) < TOGETHER_MS) ?? this.#add(until)
    group.deadlines.push(deadline)
    return group.promise
  }

  resolve(reply: T): void {
    const waiting = this.#end(this.#groups)
    if (waiting.length > 0) this.#outcome.answered?.()
    for (const { resolve } of waiting) resolve(reply)
  }

  reject(cause: unknown): void {
    const waiting = this.#end(this.#groups)
    if (waiting.length === 0) return
    const error = this.#outcome.failed?.(cause) ?? cause
    for (const { reject } of waiting) reject(error)
  }

  /** Rejects all who wait, and who will wait, with this very error: their instance is closed. */
  close(error: Error): void {
    this.#closed = error
    for (const { reject } of this.#end(this.#groups)) reject(error)
    this.#abandoned()
  }

  #add(until: number): Group<T> {
    const group = { until, deadlines: [], ...Promise.withResolvers<T>() }
    this.#groups.push(group)
    this.#setTimer()
    return group
  }

  #setTimer(): void {
    this.#cancel()
    const earliest = Math.min(...this.#groups.map(({ until }) => until))
    this.#cancel = afterDeadline(earliest - performance.now(), () => this.#expire())
  }

  #expire(): void {
    // A timer may fire a millisecond early.
    const now = performance.now() + TOGETHER_MS
    const late = this.#end(this.#groups.filter(({ until }) => until <= now))
    if (late.length > 0) {
      const error = this.#outcome.timedOut()
      for (const { reject } of late) reject(error)
    }
    if (this.#groups.length > 0) this.#setTimer()
    else this.#abandoned()
  }

  #end(groups: readonly Group<T>[]): readonly Group<T>[] {
    const now = performance.now()
    for (const { deadlines } of groups) for (const deadline of deadlines) deadline.stop(now)
    this.#groups = this.#groups.filter((each) => !groups.includes(each))
    this.#cancel()
    return groups
  }
}
