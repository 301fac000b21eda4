import type { StoredRecord, Write } from '../adapter/contract.ts'
import { isTokenwardError, type TokenwardError, WriteIndeterminate } from '../errors.ts'
import type { Deadline } from './deadline.ts'
import type { Snapshot, Store } from './store.ts'
import { writesOf } from './writes.ts'

/** What happened in this call before the current read. */
export interface AttemptInfo {
  /** Nothing was written yet: whatever is read is the work of other calls. */
  readonly isFirst: boolean
  /** A write was sent, and it is unknown whether it happened. */
  readonly indeterminate: boolean
}

/** What an attempt decides from a read: the result, or a write that leads to it. */
export type Plan<T> =
  | { readonly done: T }
  | { readonly write: Write; readonly onStored: (written: StoredRecord) => T | Promise<T> }

export interface UpdateOptions {
  /**
   * Whether the same write is sent again after a lost reply; `false`: each attempt is planned anew.
   * @default true
   */
  readonly resendIdentical?: boolean
  /**
   * Whether an insert is sent only once. An evicting store may have lost the first insert, and a
   * revocation since then.
   * @default false
   */
  readonly singleInsert?: boolean
  /** The records under the keys, if they are known without a first read. */
  readonly initial?: Snapshot
}

type Planner<T> = (seen: Snapshot, attempt: AttemptInfo) => Plan<T> | Promise<Plan<T>>

/**
 * Reads, lets `plan` decide, and writes under the condition that nothing has changed. After `false` or a
 * lost reply it reads again, and `plan` looks for the mark of its own call.
 */
export async function updateRecord<T>(
  store: Store,
  deadline: Deadline,
  keys: readonly string[],
  plan: Planner<T>,
  options?: UpdateOptions,
): Promise<T> {
  return (await updateAndSee(store, deadline, keys, plan, options)).result
}

/** As {@link updateRecord}, with what the last attempt has read. */
export async function updateAndSee<T>(
  store: Store,
  deadline: Deadline,
  keys: readonly string[],
  plan: Planner<T>,
  options: UpdateOptions = {},
): Promise<{ readonly result: T; readonly seen: Snapshot }> {
  let lost: LostReply | null = null
  let isFirst = true
  let lostCount = 0
  for (;;) {
    const initial = isFirst ? options.initial : undefined
    const seen: Snapshot = initial ?? (await readAfter(store, deadline, keys, lost))
    const next = await plan(seen, { isFirst, indeterminate: lost !== null })
    if ('done' in next) return { result: next.done, seen }
    const write = writeToSend(next.write, isFirst, lost, options)
    isFirst = false
    let stored: boolean
    try {
      stored = await writesOf(store).write(write, deadline)
    } catch (error) {
      // An earlier write of this call may still have happened.
      if (!isTokenwardError(error, 'TOKENWARD_WRITE_INDETERMINATE')) throw lost?.error ?? error
      if (deadline.expired) throw error
      lost = { write, error, count: ++lostCount }
      continue
    }
    if (stored) return { result: await next.onStored(write.record), seen }
  }
}

interface LostReply {
  readonly write: Write
  readonly error: TokenwardError
  readonly count: number
}

// To send the same write twice is safe: the second one finds its own etag or the one that it expects.
function writeToSend(
  write: Write,
  isFirst: boolean,
  lost: LostReply | null,
  options: UpdateOptions,
): Write {
  const { resendIdentical = true, singleInsert = false } = options
  if (singleInsert && write.expected === null && !isFirst)
    throw (
      lost?.error ??
      new WriteIndeterminate('The record disappeared while it was written: repeat the call.')
    )
  if (lost === null) return write
  return resendIdentical && lost.write.expected === write.expected ? lost.write : write
}

// The store has just failed. If it is back before the deadline, the call can learn what became of its
// write.
async function readAfter(
  store: Store,
  deadline: Deadline,
  keys: readonly string[],
  lost: LostReply | null,
): Promise<Snapshot> {
  if (lost === null) return store.read(keys, deadline)
  for (let failures = lost.count - 1; ; failures++) {
    try {
      // Without a pause after the first loss, which is usually the end of a single connection.
      if (failures > 0) await pause(deadline, 5 * 2 ** Math.min(failures, 6))
      return await store.read(keys, deadline)
    } catch (error) {
      const mayRecover = isTokenwardError(error, 'TOKENWARD_STORE_UNAVAILABLE')
      if (!mayRecover || deadline.expired) throw lost.error
    }
  }
}

function pause(deadline: Deadline, ms: number): Promise<void> {
  return deadline.run(
    (remainingMs) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, remainingMs))),
  )
}
