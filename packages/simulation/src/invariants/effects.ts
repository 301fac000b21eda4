import type { KnownToken, Operation, Revocation } from '../history.ts'
import { SKEW } from '../scenario.ts'

/** The effect of a revocation on a token; `either` where the two overlapped, or where it is unknown. */
export type Effect = 'revokes' | 'unaffected' | 'either'

/** Everything that revoked, or may have. */
export function revocationsIn(operations: readonly Operation[]): readonly Operation[] {
  return operations.filter((operation) => revocationOf(operation) !== null)
}

/** A rotation that finds reuse revokes its session. */
export function revocationOf({
  what,
  revocation,
  token,
  answer,
  error,
}: Operation): Revocation | null {
  if (revocation !== null || what !== 'rotate' || token === null) return revocation
  const unknown = error !== null || answer === null
  if (!unknown && answer.reason !== 'reused') return null
  return { scope: 'session', kind: 'now', before: null, of: token, privileges: 0 }
}

export function effectOf(revoke: Operation, token: KnownToken): Effect {
  const revocation = revocationOf(revoke)
  if (revocation === null || !covers(revocation, token)) return 'unaffected'
  const { answer } = revoke
  if (answer?.revoked === false) return 'unaffected'
  if (answer !== null) return acknowledged(revoke, revocation, token)
  // Its write may land at any time, or never.
  const unknown = { ...revoke, returned: Number.POSITIVE_INFINITY }
  return acknowledged(unknown, revocation, token) === 'unaffected' ? 'unaffected' : 'either'
}

/** Whether a token belongs to the scope. */
export function covers({ scope, of }: Revocation, token: KnownToken): boolean {
  switch (scope) {
    case 'global':
    case 'issuer':
      return true
    case 'client':
      return token.client === of.client
    case 'subject':
      return token.subject === of.subject
    case 'subject+client':
      return token.subject === of.subject && token.client === of.client
    case 'session':
      return token.session !== null && token.session === of.session
    case 'token':
      return token.jti === of.jti
  }
}

function acknowledged(
  revoke: Operation,
  { scope, kind, before }: Revocation,
  token: KnownToken,
): Effect {
  if (scope === 'token') return 'revokes'
  if (kind === 'before') return token.loginAt <= (before ?? 0) ? 'revokes' : 'unaffected'
  if (token.kind === 'saved') return byIssueTime(revoke, token)
  if (kind === 'access' && token.kind === 'refresh') return 'unaffected'
  // Earlier logins are refused, later ones are active, whatever the clocks show.
  const issuedBy = kind === 'access' ? token.by : token.login
  if (issuedBy.returned < revoke.invoked) return 'revokes'
  return issuedBy.invoked > revoke.returned ? 'unaffected' : 'either'
}

function byIssueTime({ earliest, latest }: Operation, { loginAt }: KnownToken): Effect {
  if (loginAt <= earliest + SKEW) return 'revokes'
  return loginAt > latest + SKEW ? 'unaffected' : 'either'
}
