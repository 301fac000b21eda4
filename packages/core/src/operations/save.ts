import type { Context } from '../context.ts'
import { collectEvidence, decideNow, keysOf } from '../decision/collect.ts'
import { invalidClaim, judgeClaims } from '../decision/decide.ts'
import { claimFields } from '../decision/outcome.ts'
import type { Refusal } from '../decision/types.ts'
import { UnsupportedOperation } from '../errors.ts'
import { recordFields } from '../issuing/token-record.ts'
import { isRefusal, TYP } from '../jwt/authenticator.ts'
import { decodeToken } from '../records/token.ts'
import { randomId } from '../scopes/random.ts'
import { type Plan, updateRecord } from '../store/conditional-write.ts'
import { Deadline } from '../store/deadline.ts'
import { insertToken } from '../transitions/token.ts'
import type { SaveResult } from '../types/results.ts'

/** Takes a token that was signed elsewhere, or before, into the allowlist. A tombstone wins. */
export async function save(context: Context, token: unknown): Promise<SaveResult> {
  const { policy, authenticator, store, repository } = context
  if (policy.missingMeansRefused)
    throw new UnsupportedOperation(
      `${repository.name} may forget a revocation, and a token that was signed elsewhere with it: issue() tokens here, or use a durable store.`,
    )
  const deadline = new Deadline(policy.deadline)
  const found = await authenticator.authenticate(token, deadline)
  if (isRefusal(found)) return notSaved(found)
  const { facts } = found
  const refusal =
    facts.kind === 'refresh'
      ? invalidClaim('typ', TYP.access)
      : judgeClaims(facts, policy, policy.clock())
  if (refusal !== null) return notSaved(refusal)
  const id = randomId()
  const done: SaveResult = { saved: true, expiresAt: facts.expiresAt }
  return updateRecord(store, deadline, keysOf(found), (seen): Plan<SaveResult> => {
    const decision = decideNow(
      context,
      { ...facts, requiredRecord: 'none' },
      collectEvidence(context, seen, found),
    )
    if (!decision.active) return { done: notSaved(decision) }
    if (decodeToken(seen.get(found.tokenKey) ?? null) !== null) return { done }
    const record = insertToken(recordFields(policy, found), id)
    return { write: { record, expected: null }, onStored: () => done }
  })
}

function notSaved(refusal: Refusal): SaveResult {
  const { reason, decidedBy } = refusal
  return { saved: false, reason, ...(decidedBy && { decidedBy }), ...claimFields(refusal) }
}
