import { killedBy } from '../decide/decide.ts'
import type { Decision, Evidence, Presented } from '../decide/evidence.ts'
import { InvalidInput } from '../errors/errors.ts'
import type { VerifyOptions } from '../input/grant.ts'
import { parseTarget } from '../input/target.schema.ts'
import type { Target } from '../input/target.ts'
import { parseVerifyOptions } from '../input/want.schema.ts'
import { isRefusal } from '../jwt/authenticator.ts'
import { checkRequirements } from '../jwt/wants.ts'
import type { RevocationScope } from '../naming/levels.ts'
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
    if (isRefusal(found)) return { ...inactive(found), asked: [] }
    const want = options === undefined ? { kind: found.presented.kind } : parseVerifyOptions(options)
    const trusted = issuers.get(found.claims.iss)?.trusted ?? null
    const refusal = checkRequirements(found, want, policy, trusted)
    const explanation = await explainPresented(context, found.presented, found, budget)
    return refusal === null ? explanation : { ...inactive(refusal), asked: explanation.asked }
  }
  if (options !== undefined)
    throw new InvalidInput('want', 'goes with a token alone; leave it out for a target.')
  const parsed = parseTarget(target, [...issuers.keys()])
  if (parsed.is === 'scope') {
    const key = (await naming.scopes(parsed.who)).get(parsed.level) ?? ''
    return explainScope(context, parsed.level, key)
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
  const asked = evidence === null ? [] : sightings(context, presented, places, evidence, decision)
  return decision.active ? { active: true, asked } : { ...inactive(decision), asked }
}

async function explainRecord(context: Context, key: string): Promise<Explanation> {
  const { store, policy, naming } = context
  const seen = await store.read([key, naming.root], new Budget(policy.deadline))
  rootIn(context, seen)
  const record = seen.get(key) ?? null
  const absent: RecordCheck = {
    level: 'token',
    record: key,
    stood: 'not-found',
    says: 'not-found',
    decides: true,
  }
  if (record === null) return { active: false, reason: 'not-found', level: 'token', asked: [absent] }
  const described = describe(record, naming)
  if (described === 'corrupt') {
    const asked = [{ ...absent, stood: 'corrupt', says: 'corrupt' } as const]
    return { active: false, reason: 'corrupt', level: 'token', asked }
  }
  return explainPresented(context, described.presented, described)
}

async function explainScope(context: Context, level: RevocationScope, key: string): Promise<Explanation> {
  const { store, policy, naming } = context
  const seen = await store.read(new Set([naming.root, key]), new Budget(policy.deadline))
  const found = cutoffsIn(seen, new Map([[level, key]]), rootIn(context, seen)).get(level) ?? null
  const stamp =
    found && found !== 'corrupt' ? (found.body.revoked ?? found.body.accessRevoked) : undefined
  const says =
    found === 'corrupt' ? found : stamp ? 'revoked' : found ? 'nothing' : absentSays(context)
  const decides = says !== 'nothing'
  const asked: RecordCheck = {
    level,
    record: key,
    stood: stood(found),
    says,
    decides,
    ...since(stamp),
  }
  return decides
    ? { active: false, reason: says, level, ...since(stamp), asked: [asked] }
    : { active: true, asked: [asked] }
}

function stood(found: Found<unknown>): RecordCheck['stood'] {
  if (found === null) return 'not-found'
  return found === 'corrupt' ? 'corrupt' : found.record.state
}

function sightings(
  context: Context,
  presented: Presented,
  places: Places,
  evidence: Evidence,
  decision: Decision,
): RecordCheck[] {
  const decides = (level: RevocationScope) => !decision.active && decision.level === level
  const scopes = [...places.scopes].map(([level, record]) => {
    const found = evidence.cutoffs.get(level) ?? null
    return {
      level,
      record,
      stood: stood(found),
      decides: decides(level),
      ...cutoffSays(context, level, found, presented),
    }
  })
  const { tokenKey, sessionKey } = places
  const needs = { token: tokenKey, session: sessionKey, nothing: null }[presented.needs]
  const own = (level: RevocationScope, record: string, found: Found<unknown>): RecordCheck => {
    const state = stood(found)
    const says =
      state === 'active' ? 'alive' : state === 'not-found' && record !== needs ? 'nothing' : state
    return {
      level,
      record,
      stood: state,
      says,
      decides: decides(level) && (record === needs || says !== 'alive'),
    }
  }
  return [
    ...scopes,
    ...(sessionKey === null ? [] : [own('session', sessionKey, evidence.session ?? null)]),
    ...(tokenKey === null
      ? []
      : [{ ...own('token', tokenKey, evidence.token), ...tokenSince(evidence) }]),
  ]
}

/** Where absence refuses, a cutoff that is gone speaks. */
function absentSays({ policy }: Context): 'not-found' | 'nothing' {
  return policy.absentRefuses ? 'not-found' : 'nothing'
}

function tokenSince({ token }: Evidence): ReturnType<typeof since> {
  return token && token !== 'corrupt' ? since(token.body.revoked ?? token.body.consumed) : {}
}

function cutoffSays(
  context: Context,
  level: RevocationScope,
  found: Found<Cutoff>,
  presented: Presented,
): Pick<RecordCheck, 'says' | 'at' | 'note'> {
  if (found === null) return { says: absentSays(context) }
  if (found === 'corrupt') return { says: 'corrupt' }
  const killed = killedBy(level, found.body, presented, context.policy)
  return killed === null ? { says: 'alive' } : { says: 'revoked', ...since(killed.stamp) }
}
