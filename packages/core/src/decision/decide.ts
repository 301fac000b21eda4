// The only place that decides about a token by times and epochs. Pure: `now` and all stored records are
// arguments. Order: claims, revoked, corrupt, not found, consumed, active.

import { bodyOf, isUsable } from '../records/body.ts'
import type { Cutoff, RevocationInfo } from '../records/cutoff.ts'
import type { EpochSnapshot } from '../records/epochs.ts'
import type { Root } from '../records/root.ts'
import { type CutoffScope, cutoffScopes, scopeLetter } from '../scopes/scopes.ts'
import type { Decision, Evidence, Refusal, Rules, TokenFacts } from './types.ts'

/** Covers clocks that are ahead and writes that arrive late. */
export const CLOCK_MARGIN_MS = 15 * 60_000

export function decide(token: TokenFacts, evidence: Evidence, rules: Rules, now: number): Decision {
  return (
    judgeClaims(token, rules, now) ??
    judgeLifetime(token, evidence.root) ??
    judgeRevoked(token, evidence, rules) ??
    judgeCorrupt(evidence) ??
    judgeMissing(token, evidence, rules) ??
    judgeConsumed(token, evidence) ?? { active: true }
  )
}

/** Needs no store, and no revocation can change the result. */
export function judgeClaims(token: TokenFacts, rules: Rules, now: number): Refusal | null {
  const { issuedAt, expiresAt, validFrom, issuedUnder } = token
  if (isExpired(expiresAt, rules, now)) return { active: false, reason: 'expired' }
  const tooLong = issuedAt !== null && expiresAt - issuedAt > token.maxLifetime
  const notYet = validFrom !== null && validFrom > now + rules.leeway
  // Not for managed tokens: a server whose clock is ahead must not lock out its new logins (I4).
  const fromFuture = issuedUnder === null && issuedAt !== null && issuedAt > now + rules.skew
  if (tooLong) return invalidClaim('exp', `at most ${token.maxLifetime} ms after iat`)
  if (notYet) return invalidClaim('nbf', 'a time in the past')
  return fromFuture ? invalidClaim('iat', 'a time in the past') : null
}

/** @param expected for the application, not for the client */
export function invalidClaim(claim: string, expected: string): Refusal {
  return { active: false, reason: 'invalid-claims', claim, expected }
}

export function isExpired(expiresAt: number, rules: Rules, now: number): boolean {
  return now >= expiresAt + rules.leeway
}

// A cutoff is retained for the longest lifetime that was allowed when it was written. A longer lifetime
// is therefore accepted only for tokens that were issued after it was allowed.
function judgeLifetime({ issuedAt, expiresAt }: TokenFacts, root: Root | null): Refusal | null {
  if (issuedAt === null || root === null) return null
  const allowed = allowedLifetime(root, issuedAt)
  return expiresAt - issuedAt > allowed
    ? invalidClaim('exp', `at most ${allowed} ms after the token was issued`)
    : null
}

/** The longest lifetime, in ms, of a token that was issued at this time. */
export function allowedLifetime(root: Root | null, issuedAt: number): number {
  if (root === null) return Number.POSITIVE_INFINITY
  const allowed = root.maxLifetimes.findLast(
    ({ since }, i) => i === 0 || issuedAt >= since + CLOCK_MARGIN_MS,
  )
  return allowed?.ms ?? 0
}

// Compares with every scope: an old wide cutoff must not hide a newer narrow one.
function judgeRevoked(token: TokenFacts, evidence: Evidence, rules: Rules): Refusal | null {
  for (const scope of cutoffScopes) {
    const found = evidence.cutoffs.get(scope)
    if (!isUsable(found)) continue
    const info = revokedByCutoff(scope, found.body, token, rules)
    if (info === null) continue
    return { active: false, reason: reasonFor(info, rules), decidedBy: scope, ...info }
  }
  const stored = evidence.token
  if (!isUsable(stored) || stored.record.state !== 'revoked') return null
  const { revoked } = stored.body
  return { active: false, reason: 'revoked', decidedBy: 'token', ...infoFields(revoked) }
}

/** Whether a cutoff revokes a token, with when and why; `null`: it does not. */
export function revokedByCutoff(
  scope: CutoffScope,
  cutoff: Cutoff,
  token: TokenFacts,
  rules: Rules,
): { readonly info?: RevocationInfo } | null {
  const { issuedUnder, kind, issuedAt, loginAt } = token
  const { epoch, accessEpoch, externalBefore, notBefore } = cutoff
  if (issuedUnder !== null) {
    if (epochChanged(epoch, issuedUnder.epochs, scope)) return infoFields(cutoff.revoked)
    if (kind === 'access' && epochChanged(accessEpoch, issuedUnder.accessEpochs, scope)) {
      return infoFields(cutoff.accessRevoked)
    }
  } else if (externalBefore !== undefined && (issuedAt ?? 0) <= externalBefore + rules.skew) {
    return infoFields(latest(cutoff.revoked, cutoff.accessRevoked))
  }
  return notBefore !== undefined && (loginAt ?? 0) <= notBefore ? infoFields(cutoff.revoked) : null
}

/** What the result of {@link revokedByCutoff} means. */
export function reasonFor(
  { info }: { readonly info?: RevocationInfo },
  rules: Rules,
): 'revoked' | 'not-found' {
  // Not a revocation: the cutoff that it was issued under was evicted, and a new one was created.
  return rules.missingMeansRefused && info === undefined ? 'not-found' : 'revoked'
}

/** Epochs are only compared for equality. A missing epoch revokes nothing. */
function epochChanged(
  current: string | undefined,
  issued: EpochSnapshot['epochs'],
  scope: CutoffScope,
): boolean {
  return current !== undefined && current !== issued[scopeLetter(scope)]
}

/** Required on evicting stores, where a missing epoch may have been evicted. */
export function hasBothEpochs({ epoch, accessEpoch }: Cutoff): boolean {
  return epoch !== undefined && accessEpoch !== undefined
}

/** Whether access was revoked since the claims with these access epochs were computed. */
export function claimsAreStale(
  accessEpochs: EpochSnapshot['accessEpochs'],
  evidence: Evidence,
): boolean {
  return cutoffScopes.some((scope) =>
    epochChanged(bodyOf(evidence.cutoffs.get(scope))?.accessEpoch, accessEpochs, scope),
  )
}

function judgeCorrupt({ cutoffs, token, session }: Evidence): Refusal | null {
  for (const [scope, found] of cutoffs) {
    if (found === 'corrupt') return { active: false, reason: 'corrupt', decidedBy: scope }
  }
  if (token === 'corrupt') return { active: false, reason: 'corrupt', decidedBy: 'token' }
  return session === 'corrupt' ? { active: false, reason: 'corrupt', decidedBy: 'session' } : null
}

function judgeMissing(token: TokenFacts, evidence: Evidence, rules: Rules): Refusal | null {
  if (rules.missingMeansRefused) {
    for (const [scope, found] of evidence.cutoffs) {
      if (!isUsable(found) || !hasBothEpochs(found.body))
        return { active: false, reason: 'not-found', decidedBy: scope }
    }
  }
  if (token.requiredRecord === 'token' && !evidence.token) {
    return { active: false, reason: 'not-found', decidedBy: 'token' }
  }
  if (token.requiredRecord !== 'session' || token.generation === null) return null
  const { session } = evidence
  // A generation that the record does not contain yet: the store was restored to an older state.
  const isKnown = isUsable(session) && token.generation <= session.body.generation
  return isKnown ? null : { active: false, reason: 'not-found', decidedBy: 'session' }
}

function judgeConsumed({ generation }: TokenFacts, { token, session }: Evidence): Refusal | null {
  if (isUsable(token) && token.record.state === 'consumed') {
    const { consumed } = token.body
    return { active: false, reason: 'consumed', decidedBy: 'token', ...infoFields(consumed) }
  }
  if (!isUsable(session) || generation === null) return null
  if (generation >= session.body.generation) return null
  const rotation = session.body.rotations.find((r) => r.generation === generation)
  return { active: false, reason: 'consumed', decidedBy: 'session', ...infoFields(rotation) }
}

function infoFields(info: RevocationInfo | undefined): { readonly info?: RevocationInfo } {
  return info === undefined ? {} : { info }
}

/** The later of two revocations; of one time the first. */
export function latest(
  a: RevocationInfo | undefined,
  b: RevocationInfo | undefined,
): RevocationInfo | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a.at >= b.at ? a : b
}
