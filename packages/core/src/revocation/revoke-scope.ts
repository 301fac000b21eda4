import type { Context } from '../context.ts'
import { principalFields } from '../decision/precheck.ts'
import { WriteIndeterminate } from '../errors.ts'
import type { ParsedRevoke } from '../input/revocation.schema.ts'
import { randomId } from '../scopes/random.ts'
import { updateRecord } from '../store/conditional-write.ts'
import { Deadline } from '../store/deadline.ts'
import type { Revoked } from '../types/results.ts'
import { type CutoffRequest, type CutoffTarget, CutoffUpdate } from './cutoff-update.ts'

/** Raises a scope's cutoff; acknowledged when it resolves. */
export async function revokeScope(
  context: Context,
  target: CutoffTarget,
  options: ParsedRevoke,
  deadline: Deadline = new Deadline(context.policy.deadline),
): Promise<Revoked> {
  const { store, policy, keyDeriver, events } = context
  const { scope, key } = target
  const request: CutoffRequest = {
    ...options,
    id: randomId(),
    invokedAt: policy.clock(),
    keepsFirst: scope === 'session',
  }
  const update = new CutoffUpdate(context, target, request)
  const { sessionKey } = target
  const keys = new Set([keyDeriver.root, key, ...(sessionKey === undefined ? [] : [sessionKey])])
  const answer = await updateRecord(store, deadline, keys, (seen) => update.plan(seen), {
    resendIdentical: false,
  })
  // A cutoff that was acknowledged late may have landed later than its retention allows for.
  if (deadline.expired)
    throw new WriteIndeterminate('The revocation was acknowledged after the deadline: repeat it.')
  const { at, first } = answer
  events.emit('revoked', { record: key, scope, at, first, ...principalFields(target) })
  return answer
}
