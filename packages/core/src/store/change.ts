import { StoreUnavailable, WriteIndeterminate } from '../errors/errors.ts'
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
  /** A forgetful store may have lost what a first insert made and a revocation since: never again. */
  readonly insertsOnce?: boolean
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
  { repeatsSame = true, insertsOnce = false }: ChangeOptions = {},
): Promise<T> {
  const asked = [...keys]
  let history: History = { first: true, indeterminate: false }
  let lost: { readonly write: Write; readonly error: WriteIndeterminate } | null = null
  for (;;) {
    const seen: Seen = lost ? await readAgain(store, budget, asked, lost.error) : await store.read(asked, budget)
    const step = await plan(seen, history)
    if ('done' in step) return step.done
    if (lost && insertsOnce && step.write.expected === null) throw lost.error
    const same = lost && repeatsSame && lost.write.expected === step.write.expected
    const write: Write = same && lost ? lost.write : step.write
    try {
      if (await store.write(write, budget)) return await step.won(write.record)
      history = { ...history, first: false }
    } catch (error) {
      if (!(error instanceof WriteIndeterminate) || budget.spent) throw error
      lost = { write, error }
      history = { first: false, indeterminate: true }
    }
  }
}

// The store just failed; it may be back before the deadline, and then the call can learn what
// became of its write.
async function readAgain(
  store: Store,
  budget: Budget,
  keys: readonly string[],
  lost: WriteIndeterminate,
): Promise<Seen> {
  for (let pause = 5; ; pause *= 2) {
    try {
      return await store.read(keys, budget)
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      if (budget.spent) throw lost
      await budget.spend((left) => new Promise((go) => setTimeout(go, Math.min(pause, left))))
    }
  }
}
