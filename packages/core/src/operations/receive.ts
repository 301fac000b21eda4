import type { Context } from '../context.ts'
import { requireRoot } from '../decision/collect.ts'
import { claimFields, isInactive } from '../decision/outcome.ts'
import type { Reason, Refusal } from '../decision/types.ts'
import { UnsupportedOperation } from '../errors.ts'
import { parseAct, parseReceiveOptions } from '../input/receive.schema.ts'
import { authenticateMessage } from '../jwt/message.ts'
import { retainToken } from '../policy/policy.ts'
import { isUsable, type Lookup } from '../records/body.ts'
import { decodeToken, type Token } from '../records/token.ts'
import { randomId } from '../scopes/random.ts'
import { type Plan, updateRecord } from '../store/conditional-write.ts'
import { consumeToken } from '../transitions/token.ts'
import type { Received, ReceiveOptions } from '../types/messages.ts'

/**
 * Verifies a message of a trusted issuer, acts on it, and then notes its id. In this order: a message whose
 * action has failed must be accepted when it is sent again.
 */
export async function receive(
  context: Context,
  message: unknown,
  options: ReceiveOptions,
  act: unknown,
): Promise<Received> {
  const { policy, store, keyDeriver, repository } = context
  if (policy.missingMeansRefused)
    throw new UnsupportedOperation(
      `The store ${repository.name} may evict the note that a message was received: use a durable store.`,
    )
  const requirements = parseReceiveOptions(options)
  const perform = parseAct(act)
  const deadline = context.deadline()
  const found = await authenticateMessage(context, message, requirements, deadline)
  if (isInactive(found)) return notReceived(found)
  const { claims, issuedAt, expiresAt } = found
  const key = await keyDeriver.message(claims.iss, claims.jti)
  const keys = [keyDeriver.root, key]
  const seen = await store.read(keys, deadline)
  requireRoot(context, seen)
  const refusal = refusalOf(decodeToken(seen.get(key) ?? null))
  if (refusal !== null) return notReceived(refusal)
  await perform(claims)
  const id = randomId()
  // A deadline of its own: the action has taken its time.
  return updateRecord(store, context.deadline(), keys, (current): Plan<Received> => {
    requireRoot(context, current)
    const note = decodeToken(current.get(key) ?? null)
    const received: Received = { received: true, claims }
    if (isUsable(note) && note.body.consumed?.id === id) return { done: received }
    const late = refusalOf(note)
    if (late !== null) return { done: notReceived(late) }
    const at = policy.clock()
    const retainUntil = retainToken(policy, expiresAt)
    // With its issue time, or lists would show it as the tombstone of a revoked token.
    const body = { issuedAt }
    const fields = { key, groups: [], createdAt: at, expiresAt, retainUntil, body }
    const record = consumeToken(null, fields, { id, at })
    return { write: { record, expected: null }, onStored: () => received }
  })
}

function refusalOf(note: Lookup<Token>): Refusal | null {
  if (note === null) return null
  const reason: Reason = note === 'corrupt' ? 'corrupt' : 'consumed'
  return { active: false, reason }
}

function notReceived(refusal: Refusal): Received {
  return { received: false, reason: refusal.reason, ...claimFields(refusal) }
}
