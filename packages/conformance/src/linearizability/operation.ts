/** What a register holds: an etag, or `null` for no record. */
export type Etag = string | null

/** Represents every etag that is not named: the initial one may have been any. */
export const ANYTHING_ELSE = 'anything else'

/**
 * One operation on one key, as its client saw it. A line of a history file is one of these, as JSON.
 * Instants are whole nanoseconds of one monotonic clock, counted from an origin that all processes
 * of the history share.
 */
export interface Operation {
  /** The client. */
  readonly process: string
  readonly key: string
  readonly op: 'read' | 'write'
  /** Of a write: the etag that had to be stored, or `null` for none. Of a read: `null`. */
  readonly expected: Etag
  /** Of a write: the etag that it stores. Of a read: the etag that was returned. */
  readonly etag: Etag
  readonly invoke: number
  /** `null`: it has not returned, and may still take effect. */
  readonly return: number | null
  /** Of a write: returned true, returned false, rejected. Of a read: always `ok`. */
  readonly outcome: 'ok' | 'fail' | 'indeterminate'
}

/** A write that may have stored its etag, or may still do so. */
export function mayHaveStored({ op, outcome }: Operation): boolean {
  return op === 'write' && outcome !== 'fail'
}

/** The last instant at which it can have happened. */
export function returned(operation: Operation): number {
  return operation.return ?? Number.POSITIVE_INFINITY
}

export function byInvocation(a: Operation, b: Operation): number {
  return a.invoke - b.invoke
}
