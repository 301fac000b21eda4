/** What a register holds: the etag that stands there. `null`: nothing does. */
export type Etag = string | null

/** Stands for every etag that is not named: what stood before may have been anything. */
export const ANYTHING_ELSE = 'anything else'

/**
 * One operation on one key, as its client saw it. A line of a history file is one of these, as JSON.
 * Instants are whole nanoseconds of one monotonic clock, counted from an origin that all processes
 * of the history share.
 */
export interface Operation {
  /** Who asked. */
  readonly process: string
  readonly key: string
  readonly op: 'read' | 'write'
  /** Of a write: the etag that had to stand there. Of a read: `null`. */
  readonly expected: Etag
  /** Of a write: the etag it stores. Of a read: what was seen. */
  readonly etag: Etag
  readonly invoke: number
  /** `null`: it has not returned, and its effect may still come. */
  readonly return: number | null
  /** Of a write: answered true, answered false, rejected. Of a read: always `ok`. */
  readonly outcome: 'ok' | 'fail' | 'indeterminate'
}

/** A write that may have stored its etag, or may do so still. */
export function mayHaveStored({ op, outcome }: Operation): boolean {
  return op === 'write' && outcome !== 'fail'
}

/** When it had happened at the latest. */
export function returned(operation: Operation): number {
  return operation.return ?? Number.POSITIVE_INFINITY
}

export function byInvocation(a: Operation, b: Operation): number {
  return a.invoke - b.invoke
}
