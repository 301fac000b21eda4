import { WriteIndeterminate } from '../errors/errors.ts'
import type { StoredRecord } from '../repository/contract.ts'
import { Budget } from '../store/budget.ts'
import { change, type Step } from '../store/change.ts'
import type { Context } from './context.ts'

/** Stores a record under a key that nobody used before; acknowledged when it resolves. */
export function insertNew(
  { store, policy }: Context,
  record: StoredRecord,
  id: string,
  budget?: Budget,
): Promise<void> {
  const known = new Map([[record.key, null]])
  const plan = (seen: ReadonlyMap<string, StoredRecord | null>): Step<undefined> => {
    const found = seen.get(record.key) ?? null
    if (found === null) return { write: { record, expected: null }, won: () => undefined }
    // Ours, whatever became of it since: the bodies that core makes carry the id of their creation.
    if (found.body.includes(`"id":"${id}"`)) return { done: undefined }
    throw new WriteIndeterminate('Another record stands under a new id; repeat the call.')
  }
  return change(store, budget ?? new Budget(policy.deadline), [record.key], plan, {
    known,
    insertsOnce: policy.absentRefuses,
  })
}
