import type { Authenticated } from '../jwt/authenticated.ts'
import { groupsOf } from '../naming/scopes.ts'
import { type Policy, retainToken } from '../policy/policy.ts'
import type { TokenFacts } from '../transitions/token.ts'

/** What a token's record says of it, when one is made. */
export function factsOf(
  policy: Policy,
  { presented, cutoffKeys, tokenKey, tw }: Authenticated,
): TokenFacts {
  const { expiresAt, issuedAt, loginAt } = presented
  return {
    key: tokenKey,
    groups: groupsOf(cutoffKeys),
    expiresAt,
    retainUntil: retainToken(policy, expiresAt),
    body: {
      issuedAt: issuedAt ?? undefined,
      loginAt: loginAt ?? undefined,
      birth: tw === null ? undefined : { e: tw.e, a: tw.a },
    },
  }
}
