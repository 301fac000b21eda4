import type { StoredRecord, Write } from '../adapter/contract.ts'
import { isTokenwardError, type TokenwardError, WriteIndeterminate } from '../errors.ts'
import type { Deadline } from './deadline.ts'
import type { Store } from './store.ts'

export type Snapshot = ReadonlyMap<string, StoredRecord | null>

/** What happened to this call before the present read. */
export interface AttemptInfo {
  /** Nothing was attempted: what is seen is others' work alone. */
  readonly isFirst: boolean
  /** A write was sent of which nobody knows whether it happened. */
  readonly indeterminate: boolean
}

export type Plan<T> =
  | { readonly done: T }
  | { readonly write: Write; readonly onStored: (written: StoredRecord) => T | Promise<T> }

export interface ChangeOptions {
  /** After a lost answer the very same write is repeated; `false`: each send is planned anew. */
  readonly resendIdentical?: boolean
  /** An evicting store may have lost what a first insert made and a revocation since: never again. */
  readonly singleInsert?: boolean
  /** What stands under the keys, where that is known without a first read. */
  readonly initial?: Snapshot
}

/**
 * Who won: reads, lets `plan` decide, writes on condition that nothing changed, and after `false`
 * or a lost answer reads again and lets `plan` look for its own mark.
 */
export async function updateRecord<T>(
  store: Store,
  deadline: Deadline,
  keys: Iterable<string>,
  plan: (seen: Snapshot, history: AttemptInfo) => Plan<T> | Promise<Plan<T>>,
  options: ChangeOptions = {},
): Promise<T> {
  const asked = [...keys]
  let lost: Lost | null = null
  let isFirst = true
  let lostCount = 0
  for (;;) {
    const initial = isFirst ? options.initial : undefined
    const seen: Snapshot = initial ?? (await readAfter(store, deadline, asked, lost))
    const step = await plan(seen, { isFirst, indeterminate: lost !== null })
    if ('done' in step) return step.done
    const write = toSend(step.write, isFirst, lost, options)
    isFirst = false
    let stored: boolean
    try {
      stored = await store.write(write, deadline)
    } catch (error) {
      // What was sent before this may still have happened.
      if (!isTokenwardError(error, 'TOKENWARD_WRITE_INDETERMINATE')) throw lost?.error ?? error
      if (deadline.expired) throw error
      lost = { write, error, times: ++lostCount }
      continue
    }
    if (stored) return await step.onStored(write.record)
  }
}

interface Lost {
  readonly write: Write
  readonly error: TokenwardError
  readonly times: number
}

// The same write again cannot do harm twice: it either finds its own etag or the one it expects.
function toSend(
  planCutoff: Write,
  isFirst: boolean,
  lost: Lost | null,
  options: ChangeOptions,
): Write {
  const { resendIdentical = true, singleInsert = false } = options
  if (singleInsert && planCutoff.expected === null && !isFirst)
    throw lost?.error ?? new WriteIndeterminate('What stood there is gone; repeat the call.')
  if (lost === null) return planCutoff
  return resendIdentical && lost.write.expected === planCutoff.expected ? lost.write : planCutoff
}

// The store just failed; it may be back before the deadline, and then the call can learn what
// became of its write.
async function readAfter(
  store: Store,
  deadline: Deadline,
  keys: readonly string[],
  lost: Lost | null,
): Promise<Snapshot> {
  if (lost === null) return store.read(keys, deadline)
  for (let failures = lost.times - 1; ; failures++) {
    try {
      // At once after the first loss: that is most often one connection's end.
      if (failures > 0) await pause(deadline, 5 * 2 ** Math.min(failures, 6))
      return await store.read(keys, deadline)
    } catch (error) {
      const mayComeBack = isTokenwardError(error, 'TOKENWARD_STORE_UNAVAILABLE')
      if (!mayComeBack || deadline.expired) throw lost.error
    }
  }
}

function pause(deadline: Deadline, ms: number): Promise<void> {
  return deadline.run((left) => new Promise((go) => setTimeout(go, Math.min(ms, left))))
}
