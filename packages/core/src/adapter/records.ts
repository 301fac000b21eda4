import type { ListPosition, RecordKind, RecordState, StoredRecord } from './contract.ts'

export const KINDS: readonly RecordKind[] = ['root', 'cutoff', 'session', 'token']
export const STATES: readonly RecordState[] = ['active', 'consumed', 'revoked']
const ETAG = /^[!-~]{1,64}$/

/** For an adapter that reads what others can edit: whether it is the kind of a valid record. */
export function isRecordKind(value: unknown): value is RecordKind {
  return KINDS.some((kind) => kind === value)
}

export function isRecordState(value: unknown): value is RecordState {
  return STATES.some((state) => state === value)
}

/** Whether it is 1 to 64 printable ASCII characters without blanks. */
export function isEtag(value: unknown): value is string {
  return typeof value === 'string' && ETAG.test(value)
}

/** The order of `list`: by `createdAt`, then by `key`, both descending. Negative where `a` comes first. */
export function newestFirst(a: ListPosition, b: ListPosition): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt
  // Not localeCompare: every process must agree on the order, whatever its language.
  return a.key === b.key ? 0 : a.key > b.key ? -1 : 1
}

/**
 * For `write`: a record that the next `prune` may delete is refused, because storing it would keep
 * nothing.
 * @throws Error where `retainUntil` is past
 */
export function assertRetained({ key, retainUntil }: StoredRecord): void {
  if (retainUntil > Date.now()) return
  throw new Error(
    `Record ${key} has a retainUntil of ${retainUntil}, which is past: check the clock`,
  )
}
