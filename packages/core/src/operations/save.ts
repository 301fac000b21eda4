import type { Context } from '../context.ts'
import { collectEvidence, decideNow } from '../decision/collect.ts'
import { invalidClaim, judgeClaims } from '../decision/decide.ts'
import { claimFields, isInactive } from '../decision/outcome.ts'
import type { Refusal } from '../decision/types.ts'
import { UnsupportedOperation } from '../errors.ts'
import { recordFields } from '../issuing/token-record.ts'
import { TYP } from '../jwt/authenticator.ts'
import { decodeToken } from '../records/token.ts'
import { randomId } from '../scopes/random.ts'
import { type Plan, updateRecord } from '../store/conditional-write.ts'
import { insertToken } from '../transitions/token.ts'
import type { SaveResult } from '../types/results.ts'

/** Stores a record of a token that was signed elsewhere. A revoked token stays revoked. */
export async function save(context: Context, token: unknown): Promise<SaveResult> {
  const { policy, authenticator, store, repository } = context
  if (policy.missingMeansRefused)
    throw new UnsupportedOperation(
      `The store ${repository.name} may evict the record or the revocation of a saved token: use issue(), or a durable store.`,
    )
  const deadline = context.deadline()
  const authenticated = await authenticator.authenticate(token, deadline)
  if (isInactive(authenticated)) return notSaved(authenticated)
  const { facts, tokenKey } = authenticated
  const refusal =
    facts.kind === 'refresh'
      ? invalidClaim('typ', TYP.access)
      : judgeClaims(facts, policy, policy.clock())
  if (refusal !== null) return notSaved(refusal)
  const id = randomId()
  const done: SaveResult = { saved: true, expiresAt: facts.expiresAt }
  return updateRecord(store, deadline, authenticated.recordKeys, (seen): Plan<SaveResult> => {
    const decision = decideNow(
      context,
      { ...facts, requiredRecord: 'none' },
      collectEvidence(context, seen, authenticated),
    )
    if (!decision.active) return { done: notSaved(decision) }
    if (decodeToken(seen.get(tokenKey) ?? null) !== null) return { done }
    const record = insertToken(recordFields(policy, authenticated), id)
    return { write: { record, expected: null }, onStored: () => done }
  })
}

function notSaved(refusal: Refusal): SaveResult {
  const { reason, decidedBy } = refusal
  return { saved: false, reason, ...(decidedBy && { decidedBy }), ...claimFields(refusal) }
}
