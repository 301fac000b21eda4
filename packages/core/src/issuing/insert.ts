import type { StoredRecord } from '../adapter/contract.ts'
import type { Context } from '../context.ts'
import { WriteIndeterminate } from '../errors.ts'
import { type Plan, updateRecord } from '../store/conditional-write.ts'
import type { Deadline } from '../store/deadline.ts'

export interface NewRecord {
  readonly record: StoredRecord
  /** The random id of the call that creates it, in its body. */
  readonly id: string
}

/**
 * Signs new tokens and stores their records. Most stores are changed last: if a service does not sign, no
 * record was written. On an evicting store nothing is signed before all records are acknowledged; if the
 * service fails then, they are those of tokens that do not exist.
 */
export async function signAndStore<T>(
  { policy }: Context,
  sign: () => Promise<T>,
  store: () => Promise<unknown>,
): Promise<T> {
  if (policy.missingMeansRefused) {
    await store()
    return sign()
  }
  const signed = await sign()
  await store()
  return signed
}

/** Stores a record under a new key. Resolves when the write is acknowledged. */
export function insertNew(
  { store, policy }: Context,
  { record, id }: NewRecord,
  deadline: Deadline,
): Promise<void> {
  const initial = new Map([[record.key, null]])
  const plan = (seen: ReadonlyMap<string, StoredRecord | null>): Plan<undefined> => {
    const found = seen.get(record.key) ?? null
    if (found === null) return { write: { record, expected: null }, onStored: () => undefined }
    // Stored by this call, even if it was changed since: a body contains the id of the call that created it.
    if (found.body.includes(`"id":"${id}"`)) return { done: undefined }
    throw new WriteIndeterminate('A random id is in use already: repeat the call.')
  }
  return updateRecord(store, deadline, [record.key], plan, {
    initial,
    singleInsert: policy.missingMeansRefused,
  })
}
