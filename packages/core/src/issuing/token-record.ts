import type { Authenticated } from '../jwt/authenticated.ts'
import { type Policy, retainToken } from '../policy/policy.ts'
import { toStoredEpochs } from '../records/epochs.ts'
import { groupsOf } from '../scopes/groups.ts'
import type { TokenRecordFields } from '../transitions/token.ts'

/** What a new record of a token holds. */
export function recordFields(
  policy: Policy,
  { facts, cutoffKeys, tokenKey, privateClaim }: Authenticated,
): TokenRecordFields {
  const { expiresAt, issuedAt, loginAt } = facts
  return {
    key: tokenKey,
    groups: groupsOf(cutoffKeys),
    createdAt: policy.clock(),
    expiresAt,
    retainUntil: retainToken(policy, expiresAt),
    body: {
      issuedAt: issuedAt ?? undefined,
      loginAt: loginAt ?? undefined,
      ...(privateClaim && toStoredEpochs(privateClaim)),
    },
  }
}
