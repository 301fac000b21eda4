import type { Context } from '../context.ts'
import { principalFields } from '../decision/outcome.ts'
import { WriteIndeterminate } from '../errors.ts'
import type { ParsedRevocation } from '../input/revocation.schema.ts'
import { afterLeases } from '../lease/lapse.ts'
import { randomId } from '../scopes/random.ts'
import { sealNote } from '../sealing/contents.ts'
import { updateAndSee } from '../store/conditional-write.ts'
import type { Deadline } from '../store/deadline.ts'
import type { Snapshot } from '../store/store.ts'
import type { Revoked } from '../types/results.ts'
import { type CutoffRequest, type CutoffTarget, CutoffUpdate } from './cutoff-update.ts'

/** Revokes a scope by its cutoff. Resolves when the revocation is acknowledged. */
export async function revokeScope(
  context: Context,
  target: CutoffTarget,
  options: ParsedRevocation,
  deadline: Deadline = context.deadline(),
): Promise<Revoked> {
  const { store, policy, keyDeriver, events } = context
  const { scope, key } = target
  const invokedAt = policy.clock()
  const kind = scope === 'global' ? 'root' : 'cutoff'
  const { stored, shown } = await sealNote(context, options.note, { kind, key }, deadline)
  const request: CutoffRequest = {
    ...options,
    note: stored,
    shownNote: shown,
    id: randomId(),
    invokedAt,
    keepsFirst: scope === 'session',
  }
  const update = new CutoffUpdate(context, target, request)
  const { sessionKey } = target
  const keys = [keyDeriver.root, key, ...(sessionKey === undefined ? [] : [sessionKey])]
  const plan = (current: Snapshot) => update.plan(current)
  const { result, seen } = await updateAndSee(store, deadline, keys, plan, {
    resendIdentical: false,
  })
  // A cutoff that was written late may be retained for too short a time.
  if (deadline.expired)
    throw new WriteIndeterminate(
      'The revocation was acknowledged after the deadline: repeat the call.',
    )
  const { at, first } = result
  events.emit('revoked', { record: key, scope, at, first, ...principalFields(target) })
  return afterLeases(context, seen, result)
}
