import type { Finding } from '../adapter/capabilities.ts'
import type { Context } from '../context.ts'
import { requireRoot } from '../decision/collect.ts'
import { retainToken } from '../policy/policy.ts'
import { isUsable } from '../records/body.ts'
import { FOREVER, type Root } from '../records/root.ts'
import { type Plan, updateRecord } from '../store/conditional-write.ts'
import type { Deadline } from '../store/deadline.ts'
import { setSealingKeys } from '../transitions/root.ts'
import type { Sealing } from './sealing.ts'

/**
 * When the current key id of an instance was last known to be in the root record, by `performance.now()`.
 * The root record may be replaced, and `reseal` removes the ids of keys that seal nothing.
 */
const noted = new WeakMap<Sealing, number>()
const NOTE_AGAIN_AFTER_MS = 600_000

/** Before its first use, and now and then, the id of a key is written into the root record. */
export async function noteKeyId(context: Context, deadline: Deadline): Promise<void> {
  const { sealing, store, keyDeriver, policy } = context
  if (sealing === null) return
  const notedAt = noted.get(sealing)
  const now = performance.now()
  if (notedAt !== undefined && now - notedAt < NOTE_AGAIN_AFTER_MS) return
  const [id] = sealing.ids
  await updateRecord(store, deadline, [keyDeriver.root], (seen): Plan<void> => {
    const root = requireRoot(context, seen)
    // On an evicting store there may be none, and a corrupt one refuses the call elsewhere.
    if (!isUsable(root)) return { done: undefined }
    const keys = root.body.sealingKeys ?? []
    const done = () => void noted.set(sealing, now)
    if (keys.some((key) => key.id === id)) return { done: done() }
    const record = setSealingKeys(root, [...keys, { id, since: policy.clock() }])
    return { write: { record, expected: root.record.etag }, onStored: done }
  })
}

/** Removes the ids of keys that seal nothing any more, after all records were looked at. */
export async function forgetUnused(
  context: Context,
  used: ReadonlyMap<string, number>,
  deadline: Deadline,
): Promise<void> {
  const { sealing, store, keyDeriver } = context
  await updateRecord(store, deadline, [keyDeriver.root], (seen): Plan<void> => {
    const root = requireRoot(context, seen)
    if (!isUsable(root)) return { done: undefined }
    const keys = root.body.sealingKeys ?? []
    const kept = keys.filter(({ id }) => used.has(id) || id === sealing?.ids[0])
    if (kept.length === keys.length) return { done: undefined }
    const record = setSealingKeys(root, kept)
    return { write: { record, expected: root.record.etag }, onStored: () => undefined }
  })
}

/** A key that has sealed and is not among the keys of this instance: removed too early, or a typing error. */
export function missingKeys({ sealing, policy }: Context, root: Root): readonly Finding[] {
  const keys = root.sealingKeys ?? []
  // What an earlier key sealed is gone when the sessions of its time have ended.
  const endOf = (i: number) => retainToken(policy, (keys[i + 1]?.since ?? FOREVER) + policy.session)
  const used = keys.filter((_, i) => policy.clock() < endOf(i)).map(({ id }) => id)
  const missing = sealing === null ? [] : used.filter((id) => !sealing.ids.includes(id))
  if (missing.length === 0) return []
  const list = missing.join(', ')
  return [
    {
      code: 'sealing-key-missing',
      message: `records may be sealed with keys that this instance does not have: ${list}`,
      fix: "add the keys to the option 'sealing' after the first one, or run `tokenward reseal` with all of them",
    },
  ]
}
