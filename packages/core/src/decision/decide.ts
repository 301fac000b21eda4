// The one place that judges a token by times and epochs. Pure: `now` and all stored records are given.
// Order: its own claims, revoked, corrupt, not found, consumed, active.

import type { Cutoff, RevocationInfo } from '../records/cutoff.ts'
import type { EpochSnapshot } from '../records/epochs.ts'
import type { Root } from '../records/root.ts'
import { type CutoffScope, cutoffScopes, scopeLetter } from '../scopes/scopes.ts'
import type { Decision, Evidence, Refusal, Rules, TokenFacts } from './types.ts'

/** A root made or a lifetime raised by a machine whose clock is ahead; a write that lands late. ms */
export const CLOCK_MARGIN_MS = 15 * 60_000

export function decide(token: TokenFacts, evidence: Evidence, rules: Rules, now: number): Decision {
  return (
    judgeClaims(token, rules, now) ??
    judgeLifetime(token, evidence.root) ??
    judgeRevoked(token, evidence, rules) ??
    judgeCorrupt(evidence) ??
    judgeAbsent(token, evidence, rules) ??
    judgeConsumed(token, evidence) ?? { active: true }
  )
}

/** What needs no store: a token that is refused here was refused for good. */
export function judgeClaims(token: TokenFacts, rules: Rules, now: number): Refusal | null {
  const { issuedAt, expiresAt, validFrom, issuedUnder } = token
  if (isExpired(expiresAt, rules, now)) return { active: false, reason: 'expired' }
  const tooLong = issuedAt !== null && expiresAt - issuedAt > token.maxLifetime
  const notYet = validFrom !== null && validFrom > now + rules.leeway
  // Managed tokens are excused: an issuer's clock that is ahead must not lock out a new login (I4).
  const fromTheFuture = issuedUnder === null && issuedAt !== null && issuedAt > now + rules.skew
  if (tooLong) return invalidClaim('exp', `at most ${token.maxLifetime} ms after iat`)
  if (notYet) return invalidClaim('nbf', 'an instant that is past')
  return fromTheFuture ? invalidClaim('iat', 'an instant that is past') : null
}

/** @param expected what was wanted, for the application */
export function invalidClaim(claim: string, expected: string): Refusal {
  return { active: false, reason: 'invalid-claims', claim, expected }
}

export function isExpired(expiresAt: number, rules: Rules, now: number): boolean {
  return now >= expiresAt + rules.leeway
}

// A cutoff is kept for as long as the longest lifetime in force when it was raised: a longer one
// holds only for tokens that were issued after it was allowed.
function judgeLifetime({ issuedAt, expiresAt }: TokenFacts, root: Root | null): Refusal | null {
  if (issuedAt === null || root === null) return null
  const allowed = allowedLifetime(root, issuedAt)
  return expiresAt - issuedAt > allowed
    ? invalidClaim('exp', `at most ${allowed} ms after the token was issued`)
    : null
}

/** The longest lifetime, in ms, that a token which is issued at that instant may have. */
export function allowedLifetime(root: Root | null, issuedAt: number): number {
  if (root === null) return Number.POSITIVE_INFINITY
  const allowed = root.maxLifetimes.filter(
    ({ since }, i) => i === 0 || issuedAt >= since + CLOCK_MARGIN_MS,
  )
  return allowed.at(-1)?.ms ?? 0
}

// Every scope is asked: an old wide cutoff must not mask a newer narrow one.
function judgeRevoked(token: TokenFacts, evidence: Evidence, rules: Rules): Refusal | null {
  for (const scope of cutoffScopes) {
    const found = evidence.cutoffs.get(scope)
    if (!found || found === 'corrupt') continue
    const info = revokedByCutoff(scope, found.body, token, rules)
    if (info === null) continue
    // Nobody revoked it: the cutoff that it was born under was forgotten, and another laid down.
    const reason = rules.missingMeansRefused && info.info === undefined ? 'not-found' : 'revoked'
    return { active: false, reason, decidedBy: scope, ...info }
  }
  const own = evidence.token
  if (!own || own === 'corrupt' || own.record.state !== 'revoked') return null
  return { active: false, reason: 'revoked', decidedBy: 'token', ...infoFields(own.body.revoked) }
}

/** Whether a cutoff kills a token, with when and why; `null`: it does not. */
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

/** By equality alone; an absent epoch constrains nothing. */
function epochChanged(
  now: string | undefined,
  born: EpochSnapshot['epochs'],
  scope: CutoffScope,
): boolean {
  return now !== undefined && now !== born[scopeLetter(scope)]
}

/** What one needs on a store that forgets: an epoch that is gone cannot be told from one that changed. */
export function hasBothEpochs({ epoch, accessEpoch }: Cutoff): boolean {
  return epoch !== undefined && accessEpoch !== undefined
}

/** Whether privileges were taken back since claims were obtained under these access epochs. */
export function claimsAreStale(
  successorClaims: EpochSnapshot['accessEpochs'],
  evidence: Evidence,
): boolean {
  return cutoffScopes.some((scope) => {
    const found = evidence.cutoffs.get(scope)
    return (
      !!found && found !== 'corrupt' && epochChanged(found.body.accessEpoch, successorClaims, scope)
    )
  })
}

function judgeCorrupt({ cutoffs, token, session }: Evidence): Refusal | null {
  for (const [scope, found] of cutoffs) {
    if (found === 'corrupt') return { active: false, reason: 'corrupt', decidedBy: scope }
  }
  if (token === 'corrupt') return { active: false, reason: 'corrupt', decidedBy: 'token' }
  return session === 'corrupt' ? { active: false, reason: 'corrupt', decidedBy: 'session' } : null
}

function judgeAbsent(token: TokenFacts, evidence: Evidence, rules: Rules): Refusal | null {
  if (rules.missingMeansRefused) {
    for (const [scope, found] of evidence.cutoffs) {
      if (!found || found === 'corrupt' || !hasBothEpochs(found.body))
        return { active: false, reason: 'not-found', decidedBy: scope }
    }
  }
  if (token.requiredRecord === 'token' && !evidence.token) {
    return { active: false, reason: 'not-found', decidedBy: 'token' }
  }
  if (token.requiredRecord !== 'session' || token.generation === null) return null
  const session = evidence.session
  // A generation that the record does not know yet: the store went back.
  const known = session && session !== 'corrupt' && token.generation <= session.body.generation
  return known ? null : { active: false, reason: 'not-found', decidedBy: 'session' }
}

function judgeConsumed({ generation }: TokenFacts, { token, session }: Evidence): Refusal | null {
  if (token && token !== 'corrupt' && token.record.state === 'consumed') {
    const { consumed } = token.body
    return { active: false, reason: 'consumed', decidedBy: 'token', ...infoFields(consumed) }
  }
  if (!session || session === 'corrupt' || generation === null) return null
  if (generation >= session.body.generation) return null
  const rotation = session.body.rotations.find((r) => r.generation === generation)
  return { active: false, reason: 'consumed', decidedBy: 'session', ...infoFields(rotation) }
}

function infoFields(info: RevocationInfo | undefined): { readonly info?: RevocationInfo } {
  return info === undefined ? {} : { info }
}

function latest(
  a: RevocationInfo | undefined,
  b: RevocationInfo | undefined,
): RevocationInfo | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a.at >= b.at ? a : b
}
