import { isTokenwardError, type TokenwardError, WriteIndeterminate } from '../errors/errors.ts'
import type { StoredRecord, Write } from '../repository/contract.ts'
import type { Budget } from './budget.ts'
import type { Store } from './store.ts'

export type Seen = ReadonlyMap<string, StoredRecord | null>

/** What happened to this call before the present read. */
export interface History {
  /** Nothing was attempted: what is seen is others' work alone. */
  readonly first: boolean
  /** A write was sent of which nobody knows whether it happened. */
  readonly indeterminate: boolean
}

export type Step<T> =
  | { readonly done: T }
  | { readonly write: Write; readonly won: (written: StoredRecord) => T | Promise<T> }

export interface ChangeOptions {
  /** After a lost answer the very same write is repeated; `false`: each send is planned anew. */
  readonly repeatsSame?: boolean
  /** A evicting store may have lost what a first insert made and a revocation since: never again. */
  readonly insertsOnce?: boolean
  /** What stands under the keys, where that is known without a first read. */
  readonly known?: Seen
}

/**
 * Who won: reads, lets `plan` decide, writes on condition that nothing changed, and after `false`
 * or a lost answer reads again and lets `plan` look for its own mark.
 */
export async function change<T>(
  store: Store,
  budget: Budget,
  keys: Iterable<string>,
  plan: (seen: Seen, history: History) => Step<T> | Promise<Step<T>>,
  options: ChangeOptions = {},
): Promise<T> {
  const asked = [...keys]
  let lost: Lost | null = null
  let first = true
  let losses = 0
  for (;;) {
    const known = first ? options.known : undefined
    const seen: Seen = known ?? (await readAfter(store, budget, asked, lost))
    const step = await plan(seen, { first, indeterminate: lost !== null })
    if ('done' in step) return step.done
    const write = toSend(step.write, first, lost, options)
    first = false
    let stored: boolean
    try {
      stored = await store.write(write, budget)
    } catch (error) {
      // What was sent before this may still have happened.
      if (!isTokenwardError(error, 'TOKENWARD_WRITE_INDETERMINATE')) throw lost?.error ?? error
      if (budget.spent) throw error
      lost = { write, error, times: ++losses }
      continue
    }
    if (stored) return await step.won(write.record)
  }
}

interface Lost {
  readonly write: Write
  readonly error: TokenwardError
  readonly times: number
}

// The same write again cannot do harm twice: it either finds its own etag or the one it expects.
function toSend(planned: Write, first: boolean, lost: Lost | null, options: ChangeOptions): Write {
  const { repeatsSame = true, insertsOnce = false } = options
  if (insertsOnce && planned.expected === null && !first)
    throw lost?.error ?? new WriteIndeterminate('What stood there is gone; repeat the call.')
  if (lost === null) return planned
  return repeatsSame && lost.write.expected === planned.expected ? lost.write : planned
}

// The store just failed; it may be back before the deadline, and then the call can learn what
// became of its write.
async function readAfter(
  store: Store,
  budget: Budget,
  keys: readonly string[],
  lost: Lost | null,
): Promise<Seen> {
  if (lost === null) return store.read(keys, budget)
  for (let failures = lost.times - 1; ; failures++) {
    try {
      // At once after the first loss: that is most often one connection's end.
      if (failures > 0) await pause(budget, 5 * 2 ** Math.min(failures, 6))
      return await store.read(keys, budget)
    } catch (error) {
      const mayComeBack = isTokenwardError(error, 'TOKENWARD_STORE_UNAVAILABLE')
      if (!mayComeBack || budget.spent) throw lost.error
    }
  }
}

function pause(budget: Budget, ms: number): Promise<void> {
  return budget.spend((left) => new Promise((go) => setTimeout(go, Math.min(ms, left))))
}
