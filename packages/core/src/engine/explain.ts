import { killedBy } from '../decide/decide.ts'
import type { Decision, Evidence, Presented } from '../decide/evidence.ts'
import { InvalidInput } from '../errors/errors.ts'
import type { VerifyOptions } from '../input/grant.ts'
import { parseTarget } from '../input/target.schema.ts'
import type { Target } from '../input/target.ts'
import { parseVerifyOptions } from '../input/want.schema.ts'
import { isRefusal } from '../jwt/authenticator.ts'
import { checkRequirements } from '../jwt/wants.ts'
import type { RevocationScope } from '../naming/scopes.ts'
import type { Found } from '../records/body.ts'
import type { Cutoff } from '../records/cutoff.ts'
import { Budget } from '../store/budget.ts'
import type { Explanation, RecordCheck } from './answers.ts'
import type { Context } from './context.ts'
import { describe } from './described.ts'
import { cutoffsIn, evidenceIn, judge, keysOf, type Places, rootIn } from './evidence.ts'
import { inactive, since } from './inactive.ts'
import { sessionOf } from './minting.ts'

/**
 * A verification that shows its working, with the same requirements as `verify`; for a target, what is
 * stored there. Changes nothing.
 */
export async function explain(
  context: Context,
  target: string | Target,
  options?: VerifyOptions,
): Promise<Explanation> {
  const { authenticator, naming, issuers, policy } = context
  if (typeof target === 'string') {
    const budget = new Budget(policy.deadline)
    const found = await authenticator.authenticate(target, budget)
    if (isRefusal(found)) return { ...inactive(found), checks: [] }
    const want =
      options === undefined ? { kind: found.presented.kind } : parseVerifyOptions(options)
    const trusted = issuers.get(found.claims.iss)?.trusted ?? null
    const refusal = checkRequirements(found, want, policy, trusted)
    const explanation = await explainPresented(context, found.presented, found, budget)
    return refusal === null ? explanation : { ...inactive(refusal), checks: explanation.checks }
  }
  if (options !== undefined)
    throw new InvalidInput('want', 'goes with a token alone; leave it out for a target.')
  const parsed = parseTarget(target, [...issuers.keys()])
  if (parsed.is === 'scope') {
    const key = (await naming.cutoffKeys(parsed.principal)).get(parsed.scope) ?? ''
    return explainScope(context, parsed.scope, key)
  }
  if (parsed.is === 'record') return explainRecord(context, parsed.record)
  const { issuer, jti } = parsed
  // The record of a refresh token is that of its login.
  const session = issuer === policy.issuer ? sessionOf(jti) : null
  const key = session === null ? naming.token(issuer, jti) : naming.session(issuer, session)
  return explainRecord(context, await key)
}

async function explainPresented(
  context: Context,
  presented: Presented,
  places: Places,
  budget: Budget = new Budget(context.policy.deadline),
): Promise<Explanation> {
  const { store } = context
  const seen = await store.read(keysOf(places), budget)
  const evidence = evidenceIn(context, seen, places)
  const decision = judge(context, presented, evidence)
  const checks =
    evidence === null ? [] : recordChecks(context, presented, places, evidence, decision)
  return decision.active ? { active: true, checks } : { ...inactive(decision), checks }
}

async function explainRecord(context: Context, key: string): Promise<Explanation> {
  const { store, policy, naming } = context
  const seen = await store.read([key, naming.root], new Budget(policy.deadline))
  rootIn(context, seen)
  const record = seen.get(key) ?? null
  const described = record === null ? null : describe(record, naming)
  if (described !== null && described !== 'corrupt') {
    return explainPresented(context, described.presented, described)
  }
  const reason = described === null ? 'not-found' : 'corrupt'
  const found = stateOf(described)
  const check = { scope: 'token', record: key, found, result: reason, decisive: true } as const
  return { active: false, reason, decidedBy: 'token', checks: [check] }
}

async function explainScope(
  context: Context,
  scope: RevocationScope,
  key: string,
): Promise<Explanation> {
  const { store, policy, naming } = context
  const seen = await store.read(new Set([naming.root, key]), new Budget(policy.deadline))
  const cutoff = cutoffsIn(seen, new Map([[scope, key]]), rootIn(context, seen)).get(scope) ?? null
  const fields = { scope, record: key, found: stateOf(cutoff) } as const
  if (cutoff === 'corrupt') {
    const check: RecordCheck = { ...fields, result: cutoff, decisive: true }
    return { active: false, reason: cutoff, decidedBy: scope, checks: [check] }
  }
  const info = since(cutoff?.body.revoked ?? cutoff?.body.accessRevoked)
  const result =
    info.at !== undefined ? 'revoked' : cutoff === null ? withoutCutoff(context) : 'not-applicable'
  if (result === 'not-applicable') {
    const check: RecordCheck = { ...fields, result, decisive: false }
    return { active: true, checks: [check] }
  }
  const check: RecordCheck = { ...fields, result, decisive: true, ...info }
  return { active: false, reason: result, decidedBy: scope, ...info, checks: [check] }
}

/** The record of each scope, of the session and of the token, and what it says of the token. */
function recordChecks(
  context: Context,
  presented: Presented,
  places: Places,
  evidence: Evidence,
  decision: Decision,
): RecordCheck[] {
  const { cutoffKeys, tokenKey, sessionKey } = places
  const decidedBy = decision.active ? undefined : decision.decidedBy
  const needed = { token: tokenKey, session: sessionKey, nothing: null }[presented.needs]
  const ofCutoffs = [...cutoffKeys].map(([scope, record]): RecordCheck => {
    const cutoff = evidence.cutoffs.get(scope) ?? null
    const decisive = decidedBy === scope
    const fields = { scope, record, found: stateOf(cutoff), decisive }
    return { ...fields, ...cutoffResult(context, scope, cutoff, presented) }
  })
  const ofRecord = (
    scope: 'session' | 'token',
    record: string | null,
    stored: Found<unknown>,
  ): RecordCheck[] => {
    if (record === null) return []
    const found = stateOf(stored)
    const result = recordResult(found, record === needed)
    const decisive = decidedBy === scope && (record === needed || result !== 'not-revoked')
    return [{ scope, record, found, result, decisive }]
  }
  return [
    ...ofCutoffs,
    ...ofRecord('session', sessionKey, evidence.session ?? null),
    ...ofRecord('token', tokenKey, evidence.token).map((check) => ({
      ...check,
      ...tokenInfo(evidence),
    })),
  ]
}

function stateOf(found: Found<unknown>): RecordCheck['found'] {
  if (found === null) return 'none'
  return found === 'corrupt' ? 'corrupt' : found.record.state
}

function recordResult(found: RecordCheck['found'], isNeeded: boolean): RecordCheck['result'] {
  if (found === 'active') return 'not-revoked'
  if (found === 'none') return isNeeded ? 'not-found' : 'not-applicable'
  return found
}

/** A missing cutoff refuses where a missing record is refused. */
function withoutCutoff({ policy }: Context): 'not-found' | 'not-applicable' {
  return policy.absentRefuses ? 'not-found' : 'not-applicable'
}

function tokenInfo({ token }: Evidence): ReturnType<typeof since> {
  return token && token !== 'corrupt' ? since(token.body.revoked ?? token.body.consumed) : {}
}

function cutoffResult(
  context: Context,
  scope: RevocationScope,
  cutoff: Found<Cutoff>,
  presented: Presented,
): Pick<RecordCheck, 'result' | 'at' | 'note'> {
  if (cutoff === null) return { result: withoutCutoff(context) }
  if (cutoff === 'corrupt') return { result: 'corrupt' }
  const killed = killedBy(scope, cutoff.body, presented, context.policy)
  return killed === null ? { result: 'not-revoked' } : { result: 'revoked', ...since(killed.stamp) }
}
