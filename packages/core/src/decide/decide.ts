// The one place that judges a token by times and epochs. Pure: `now` and everything that stood in
// the store are given. Order: its own claims, revoked, corrupt, absent, consumed, active.
import { cutoffScopes, type RevocationScope, scopeLetter } from '../naming/scopes.ts'
import type { Birth } from '../records/birth.ts'
import type { Cutoff, Stamp } from '../records/cutoff.ts'
import type { Root } from '../records/root.ts'
import type { Session, SessionRotation } from '../records/session.ts'
import type { Decision, Evidence, Presented, Refusal, Rules } from './evidence.ts'

/** A root made or a lifetime raised by a machine whose clock is ahead; a write that lands late. ms */
export const MARGIN = 15 * 60_000

export function decide(token: Presented, evidence: Evidence, rules: Rules, now: number): Decision {
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
export function judgeClaims(token: Presented, rules: Rules, now: number): Refusal | null {
  const { issuedAt, expiresAt, validFrom, birth } = token
  if (isExpired(expiresAt, rules, now)) return { active: false, reason: 'expired' }
  const tooLong = issuedAt !== null && expiresAt - issuedAt > token.maxLifetime
  const notYet = validFrom !== null && validFrom > now + rules.leeway
  // Managed tokens are excused: an issuer's clock that is ahead must not lock out a new login (I4).
  const fromTheFuture = birth === null && issuedAt !== null && issuedAt > now + rules.skew
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
function judgeLifetime({ issuedAt, expiresAt }: Presented, root: Root | null): Refusal | null {
  if (issuedAt === null || root === null) return null
  const allowed = allowedLifetime(root, issuedAt)
  return expiresAt - issuedAt > allowed
    ? invalidClaim('exp', `at most ${allowed} ms after the token was issued`)
    : null
}

/** The longest lifetime, in ms, that a token which is issued at that instant may have. */
export function allowedLifetime(root: Root | null, issuedAt: number): number {
  if (root === null) return Number.POSITIVE_INFINITY
  const allowed = root.maxLifetimes.filter(({ since }, i) => i === 0 || issuedAt >= since + MARGIN)
  return allowed.at(-1)?.ms ?? 0
}

// Every scope is asked: an old wide cutoff must not mask a newer narrow one.
function judgeRevoked(token: Presented, evidence: Evidence, rules: Rules): Refusal | null {
  for (const scope of cutoffScopes) {
    const found = evidence.cutoffs.get(scope)
    if (!found || found === 'corrupt') continue
    const stamp = killedBy(scope, found.body, token, rules)
    if (stamp === null) continue
    // Nobody revoked it: the cutoff that it was born under was forgotten, and another laid down.
    const reason = rules.absentRefuses && stamp.stamp === undefined ? 'not-found' : 'revoked'
    return { active: false, reason, decidedBy: scope, ...stamp }
  }
  const own = evidence.token
  if (!own || own === 'corrupt' || own.record.state !== 'revoked') return null
  return { active: false, reason: 'revoked', decidedBy: 'token', ...stamped(own.body.revoked) }
}

/** Whether a cutoff kills a token, with when and why; `null`: it does not. */
export function killedBy(
  scope: RevocationScope,
  cutoff: Cutoff,
  token: Presented,
  rules: Rules,
): { readonly stamp?: Stamp } | null {
  const { birth, kind, issuedAt, loginAt } = token
  const { epoch, accessEpoch, externalBefore, notBefore } = cutoff
  if (birth !== null) {
    if (epochChanged(epoch, birth.e, scope)) return stamped(cutoff.revoked)
    if (kind === 'access' && epochChanged(accessEpoch, birth.a, scope)) {
      return stamped(cutoff.accessRevoked)
    }
  } else if (externalBefore !== undefined && (issuedAt ?? 0) <= externalBefore + rules.skew) {
    return stamped(latest(cutoff.revoked, cutoff.accessRevoked))
  }
  return notBefore !== undefined && (loginAt ?? 0) <= notBefore ? stamped(cutoff.revoked) : null
}

/** By equality alone; an absent epoch constrains nothing. */
function epochChanged(now: string | undefined, born: Birth['e'], scope: RevocationScope): boolean {
  return now !== undefined && now !== born[scopeLetter(scope)]
}

/** What one needs on a store that forgets: an epoch that is gone cannot be told from one that changed. */
export function hasEpochs({ epoch, accessEpoch }: Cutoff): boolean {
  return epoch !== undefined && accessEpoch !== undefined
}

/** Whether privileges were taken back since claims were obtained under these access epochs. */
export function claimsAreStale(obtained: Birth['a'], evidence: Evidence): boolean {
  return cutoffScopes.some((scope) => {
    const found = evidence.cutoffs.get(scope)
    return !!found && found !== 'corrupt' && epochChanged(found.body.accessEpoch, obtained, scope)
  })
}

function judgeCorrupt({ cutoffs, token, session }: Evidence): Refusal | null {
  for (const [scope, found] of cutoffs) {
    if (found === 'corrupt') return { active: false, reason: 'corrupt', decidedBy: scope }
  }
  if (token === 'corrupt') return { active: false, reason: 'corrupt', decidedBy: 'token' }
  return session === 'corrupt' ? { active: false, reason: 'corrupt', decidedBy: 'session' } : null
}

function judgeAbsent(token: Presented, evidence: Evidence, rules: Rules): Refusal | null {
  if (rules.absentRefuses) {
    for (const [scope, found] of evidence.cutoffs) {
      if (!found || found === 'corrupt' || !hasEpochs(found.body))
        return { active: false, reason: 'not-found', decidedBy: scope }
    }
  }
  if (token.needs === 'token' && !evidence.token) {
    return { active: false, reason: 'not-found', decidedBy: 'token' }
  }
  if (token.needs !== 'session' || token.generation === null) return null
  const session = evidence.session
  // A generation that the record does not know yet: the store went back.
  const known = session && session !== 'corrupt' && token.generation <= session.body.generation
  return known ? null : { active: false, reason: 'not-found', decidedBy: 'session' }
}

function judgeConsumed({ generation }: Presented, { token, session }: Evidence): Refusal | null {
  if (token && token !== 'corrupt' && token.record.state === 'consumed') {
    const { consumed } = token.body
    return { active: false, reason: 'consumed', decidedBy: 'token', ...stamped(consumed) }
  }
  if (!session || session === 'corrupt' || generation === null) return null
  if (generation >= session.body.generation) return null
  const rotation = session.body.rotations.find((r) => r.generation === generation)
  return { active: false, reason: 'consumed', decidedBy: 'session', ...stamped(rotation) }
}

/** What a refresh token that already has a successor gets. */
export type Replay =
  | { readonly is: 'retry'; readonly rotation: SessionRotation }
  /** Too late for its successor, too early to call it theft: clocks may differ. */
  | { readonly is: 'refused' }
  | { readonly is: 'reuse' }

export function judgeReplay(
  generation: number,
  session: Session,
  rules: Rules,
  now: number,
): Replay {
  const own = session.rotations.find((r) => r.generation === generation)
  if (own === undefined)
    return { is: isSettled(generation, session, rules, now) ? 'reuse' : 'refused' }
  // A successor that was rotated itself is not handed out again: it would be a dead token.
  const isLast = generation === session.generation - 1
  // A clock further back than clocks may differ must not open a window that was closed.
  const opened = now >= own.at - rules.skew
  if (isLast && opened && now < own.at + rules.grace) return { is: 'retry', rotation: own }
  return { is: isRecent(own, rules, now) ? 'refused' : 'reuse' }
}

/** Whether a generation whose own rotation is not kept any more was rotated for certain before grace + skew. */
function isSettled(generation: number, session: Session, rules: Rules, now: number): boolean {
  const { settled, wayPoint, rotations } = session
  if (generation <= settled) return true
  // A later generation was rotated after it.
  const later = [...(wayPoint ? [wayPoint] : []), ...rotations]
  return later.some((r) => r.generation >= generation && !isRecent(r, rules, now))
}

/** How many rotations a session remembers, beside one way-point. */
export const MAX_ROTATIONS = 8

/** Within grace + skew: still needed to tell a retry from reuse. */
export function isRecent(
  rotation: Pick<SessionRotation, 'at'>,
  rules: Rules,
  now: number,
): boolean {
  return now < rotation.at + rules.grace + rules.skew
}

function stamped(stamp: Stamp | undefined): { readonly stamp?: Stamp } {
  return stamp === undefined ? {} : { stamp }
}

function latest(a: Stamp | undefined, b: Stamp | undefined): Stamp | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a.at >= b.at ? a : b
}
