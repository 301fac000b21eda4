// An independent decision: what must be answered about a token. Section numbers are those of the
// contract.
import type { Inactive, RevocationScope, VerifyOptions } from '@tokenward/core'
import type { Model, Principal, Revocation, Token } from './model.ts'
import { isPast, scopeOf } from './model.ts'

type Reason = Inactive['reason']

export interface ExpectedRefusal {
  readonly active: false
  /** Any of these reasons is correct. */
  readonly reasons: readonly Reason[]
  /** Scopes that may be named as the cause, each with the expected note; `undefined`: any. */
  readonly causes?: readonly Cause[]
}

export type Expected = { readonly active: true } | ExpectedRefusal

export interface Cause extends Partial<Pick<Revocation, 'at' | 'note'>> {
  readonly scope: RevocationScope
}

/** @param now of the instance that is called */
export function expectedResult(
  model: Model,
  token: Token,
  now: number,
  options?: VerifyOptions,
): Expected {
  const unasked = refusedUnasked(model, token, now, options)
  if (unasked.length > 0) return { active: false, reasons: unasked }
  const causes = endedBy(model, token)
  if (causes.length > 0) return { active: false, reasons: ['revoked'], causes }
  const { state, login, generation } = token
  if (mustBeStored(model, token) && !state.stored) return { active: false, reasons: ['not-found'] }
  if (state.consumed) {
    const causes: Cause[] = [{ scope: 'token', at: state.consumed.at }]
    return { active: false, reasons: ['consumed'], causes }
  }
  if (token.kind === 'refresh' && login && generation < login.generation) {
    return { active: false, reasons: ['consumed'] }
  }
  return { active: true }
}

/** What the token's own claims decide. */
function refusedUnasked(
  model: Model,
  token: Token,
  now: number,
  options?: VerifyOptions,
): Reason[] {
  const { rules } = model
  const reasons: Reason[] = []
  if (options !== undefined && !meetsRequirements(token, options)) reasons.push('invalid-claims')
  if (options?.scope !== undefined && !hasScope(token, options.scope))
    reasons.push('insufficient-scope')
  if (isPast(model, token, now)) reasons.push('expired')
  if (reasons.length > 0 || token.origin === 'instance') return reasons
  const tooLong = token.expiresAt - token.issuedAt > rules.maxLifetime
  return tooLong || token.issuedAt > now + rules.skew ? ['invalid-claims'] : []
}

function meetsRequirements({ kind, audience }: Token, options: VerifyOptions): boolean {
  if (kind !== (options.kind ?? 'access')) return false
  return kind === 'refresh' || options.audience === audience
}

function hasScope({ scope }: Token, wanted: string): boolean {
  return scope?.split(' ').includes(wanted) === true
}

/** Every revocation that applies: any of these may be named. */
export function endedBy(model: Model, token: Token): Cause[] {
  const causes: Cause[] = model.revocations
    .filter((revocation) => ends(revocation, token, model.rules.skew))
    .flatMap(({ of }) => lines(model, of))
  const { revoked } = token.state
  if (revoked) causes.push({ scope: 'token', ...noteIn(model, revoked) })
  return causes
}

export function ends(revocation: Revocation, token: Token, skew: number): boolean {
  if (!covers(revocation, token.principal)) return false
  const { kind, at, before = 0, order } = revocation
  const { login, issuedAt } = token
  // §4: a requested instant applies to all tokens; a successor is judged by its login's time.
  if (kind === 'before') return (login?.at ?? issuedAt) <= before
  if (token.origin !== 'instance') return issuedAt <= at + skew
  // A session's epochs are those of its login; access epochs are read anew.
  if (kind === 'access') return token.kind === 'access' && order > token.order
  return order > (login?.order ?? token.order)
}

export function covers({ of }: Revocation, principal: Token['principal']): boolean {
  return Object.entries(of).every(([name, value]) => Reflect.get(principal, name) === value)
}

// Sessions keep the first revocation's time and reason; wider cutoffs show a later one's. A
// revocation that is older than every possible token may be pruned.
function lines({ revocations, rules }: Model, of: Revocation['of']): Cause[] {
  const scope = scopeOf(of)
  const same = revocations.filter((other) => covers(other, of) && scopeOf(other.of) === scope)
  const isLater = (one: Revocation) =>
    same.some(
      (r) => r.kind !== 'access' && r.order < one.order && one.at - r.at < rules.maxLifetime,
    )
  const shown = same.filter((one) => scope !== 'session' || one.kind === 'access' || !isLater(one))
  return shown.map((one) => ({ scope, ...noteIn({ rules }, one) }))
}

/** A note that is sealed is not opened by a verification. */
function noteIn(
  { rules }: Pick<Model, 'rules'>,
  { at, note }: Pick<Revocation, 'at' | 'note'>,
): Pick<Revocation, 'at' | 'note'> {
  return { at, note: rules.isSealed ? null : note }
}

function mustBeStored({ rules }: Model, { kind, origin }: Token): boolean {
  if (kind === 'refresh' || origin === 'external') return false
  return origin === 'plain' || rules.policy === 'allowlist'
}

/** Whether privileges were revoked after a position in the order of events. */
export function changedSince({ revocations }: Model, principal: Principal, order: number): boolean {
  return revocations.some((r) => r.kind === 'access' && r.order > order && covers(r, principal))
}
