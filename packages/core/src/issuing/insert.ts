import type { StoredRecord } from '../adapter/contract.ts'
import type { Context } from '../context.ts'
import { WriteIndeterminate } from '../errors.ts'
import { type Plan, updateRecord } from '../store/conditional-write.ts'
import { Deadline } from '../store/deadline.ts'

/** Stores a record under a key that nobody used before; acknowledged when it resolves. */
export function insertNew(
  { store, policy }: Context,
  record: StoredRecord,
  id: string,
  deadline?: Deadline,
): Promise<void> {
  const initial = new Map([[record.key, null]])
  const plan = (seen: ReadonlyMap<string, StoredRecord | null>): Plan<undefined> => {
    const found = seen.get(record.key) ?? null
    if (found === null) return { write: { record, expected: null }, onStored: () => undefined }
    // Ours, whatever became of it since: the bodies that core makes carry the id of their creation.
    if (found.body.includes(`"id":"${id}"`)) return { done: undefined }
    throw new WriteIndeterminate('Another record stands under a new id; repeat the call.')
  }
  return updateRecord(store, deadline ?? new Deadline(policy.deadline), [record.key], plan, {
    initial,
    singleInsert: policy.missingMeansRefused,
  })
}
