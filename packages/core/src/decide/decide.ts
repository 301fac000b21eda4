// The one place that judges a token by times and epochs. Pure: `now` and everything that stood in
// the store are given. Order: its own claims, revoked, damaged, absent, consumed, active.
import { type Level, letterOf, levels } from '../naming/levels.ts'
import type { Birth } from '../records/birth.ts'
import type { Cutoff, Stamp } from '../records/cutoff.ts'
import type { Family, FamilyRotation } from '../records/family.ts'
import type { Root } from '../records/root.ts'
import type { Decision, Evidence, Presented, Refusal, Rules } from './evidence.ts'

/** A root made or a lifetime raised by a machine whose clock is ahead; a write that lands late. ms */
export const MARGIN = 15 * 60_000

export function decide(token: Presented, evidence: Evidence, rules: Rules, now: number): Decision {
  return (
    judgeClaims(token, rules, now) ??
    judgeLifetime(token, evidence.root) ??
    judgeRevoked(token, evidence, rules) ??
    judgeDamaged(evidence) ??
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
  const allowed = root.longest.filter(({ since }, i) => i === 0 || issuedAt >= since + MARGIN)
  return allowed.at(-1)?.ms ?? 0
}

// Every scope is asked: an old wide cutoff must not mask a newer narrow one.
function judgeRevoked(token: Presented, evidence: Evidence, rules: Rules): Refusal | null {
  for (const level of levels) {
    const found = evidence.cutoffs.get(level)
    if (!found || found === 'damaged') continue
    const stamp = killedBy(level, found.body, token, rules)
    if (stamp === null) continue
    // Nobody revoked it: the cutoff that it was born under was forgotten, and another laid down.
    const reason = rules.absentRefuses && stamp.stamp === undefined ? 'absent' : 'revoked'
    return { active: false, reason, level, ...stamp }
  }
  const own = evidence.token
  if (!own || own === 'damaged' || own.record.state !== 'revoked') return null
  return { active: false, reason: 'revoked', level: 'token', ...stamped(own.body.revoked) }
}

/** Whether a cutoff kills a token, with when and why; `null`: it does not. */
export function killedBy(
  level: Level,
  cutoff: Cutoff,
  token: Presented,
  rules: Rules,
): { readonly stamp?: Stamp } | null {
  const { birth, kind, issuedAt, loginAt } = token
  const { epoch, accessEpoch, foreignBefore, notBefore } = cutoff
  if (birth !== null) {
    if (epochChanged(epoch, birth.e, level)) return stamped(cutoff.revoked)
    if (kind === 'access' && epochChanged(accessEpoch, birth.a, level)) {
      return stamped(cutoff.accessRevoked)
    }
  } else if (foreignBefore !== undefined && (issuedAt ?? 0) <= foreignBefore + rules.skew) {
    return stamped(latest(cutoff.revoked, cutoff.accessRevoked))
  }
  return notBefore !== undefined && (loginAt ?? 0) <= notBefore ? stamped(cutoff.revoked) : null
}

/** By equality alone; an absent epoch constrains nothing. */
function epochChanged(now: string | undefined, born: Birth['e'], level: Level): boolean {
  return now !== undefined && now !== born[letterOf(level)]
}

/** What one needs on a store that forgets: an epoch that is gone cannot be told from one that changed. */
export function hasEpochs({ epoch, accessEpoch }: Cutoff): boolean {
  return epoch !== undefined && accessEpoch !== undefined
}

/** Whether privileges were taken back since claims were obtained under these access epochs. */
export function claimsAreStale(obtained: Birth['a'], evidence: Evidence): boolean {
  return levels.some((level) => {
    const found = evidence.cutoffs.get(level)
    return !!found && found !== 'damaged' && epochChanged(found.body.accessEpoch, obtained, level)
  })
}

function judgeDamaged({ cutoffs, token, family }: Evidence): Refusal | null {
  for (const [level, found] of cutoffs) {
    if (found === 'damaged') return { active: false, reason: 'damaged', level }
  }
  if (token === 'damaged') return { active: false, reason: 'damaged', level: 'token' }
  return family === 'damaged' ? { active: false, reason: 'damaged', level: 'family' } : null
}

function judgeAbsent(token: Presented, evidence: Evidence, rules: Rules): Refusal | null {
  if (rules.absentRefuses) {
    for (const [level, found] of evidence.cutoffs) {
      if (!found || found === 'damaged' || !hasEpochs(found.body))
        return { active: false, reason: 'absent', level }
    }
  }
  if (token.needs === 'token' && !evidence.token) {
    return { active: false, reason: 'absent', level: 'token' }
  }
  if (token.needs !== 'family' || token.generation === null) return null
  const family = evidence.family
  // A generation that the record does not know yet: the store went back.
  const known = family && family !== 'damaged' && token.generation <= family.body.generation
  return known ? null : { active: false, reason: 'absent', level: 'family' }
}

function judgeConsumed({ generation }: Presented, { token, family }: Evidence): Refusal | null {
  if (token && token !== 'damaged' && token.record.state === 'consumed') {
    const { consumed } = token.body
    return { active: false, reason: 'consumed', level: 'token', ...stamped(consumed) }
  }
  if (!family || family === 'damaged' || generation === null) return null
  if (generation >= family.body.generation) return null
  const rotation = family.body.rotations.find((r) => r.generation === generation)
  return { active: false, reason: 'consumed', level: 'family', ...stamped(rotation) }
}

/** What a refresh token that already has a successor gets. */
export type Replay =
  | { readonly is: 'retry'; readonly rotation: FamilyRotation }
  /** Too late for its successor, too early to call it theft: clocks may differ. */
  | { readonly is: 'refused' }
  | { readonly is: 'reuse' }

export function judgeReplay(generation: number, family: Family, rules: Rules, now: number): Replay {
  const own = family.rotations.find((r) => r.generation === generation)
  if (own === undefined)
    return { is: isSettled(generation, family, rules, now) ? 'reuse' : 'refused' }
  // A successor that was rotated itself is not handed out again: it would be a dead token.
  const isLast = generation === family.generation - 1
  // A clock further back than clocks may differ must not open a window that was closed.
  const opened = now >= own.at - rules.skew
  if (isLast && opened && now < own.at + rules.grace) return { is: 'retry', rotation: own }
  return { is: isRecent(own, rules, now) ? 'refused' : 'reuse' }
}

/** Whether a generation whose own rotation is not kept any more was rotated for certain before grace + skew. */
function isSettled(generation: number, family: Family, rules: Rules, now: number): boolean {
  const { settled, wayPoint, rotations } = family
  if (generation <= settled) return true
  // A later generation was rotated after it.
  const later = [...(wayPoint ? [wayPoint] : []), ...rotations]
  return later.some((r) => r.generation >= generation && !isRecent(r, rules, now))
}

/** How many rotations a family remembers, beside one way-point. */
export const MAX_ROTATIONS = 8

/** Within grace + skew: still needed to tell a retry from reuse. */
export function isRecent(rotation: Pick<FamilyRotation, 'at'>, rules: Rules, now: number): boolean {
  return now < rotation.at + rules.grace + rules.skew
}

function stamped(stamp: Stamp | undefined): { readonly stamp?: Stamp } {
  return stamp === undefined ? {} : { stamp }
}

function latest(a: Stamp | undefined, b: Stamp | undefined): Stamp | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a.at >= b.at ? a : b
}
