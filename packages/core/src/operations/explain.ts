import type { Context } from '../context.ts'
import {
  collectEvidence,
  decideNow,
  keysOf,
  type RecordKeys,
  readCutoffs,
  requireRoot,
} from '../decision/collect.ts'
import { revokedByCutoff } from '../decision/decide.ts'
import { refuse, revocationFields } from '../decision/outcome.ts'
import { tokenFromRecord } from '../decision/token-from-record.ts'
import type { Decision, Evidence, TokenFacts } from '../decision/types.ts'
import { InvalidInput } from '../errors.ts'
import { parseTarget } from '../input/target.schema.ts'
import { parseVerifyOptions } from '../input/verify.schema.ts'
import { sessionOf } from '../issuing/token-drafts.ts'
import { isRefusal } from '../jwt/authenticator.ts'
import { checkRequirements } from '../jwt/requirements.ts'
import type { Lookup } from '../records/body.ts'
import type { Cutoff } from '../records/cutoff.ts'
import type { CutoffScope } from '../scopes/scopes.ts'
import { Deadline } from '../store/deadline.ts'
import type { VerifyOptions } from '../types/call-options.ts'
import type { Explanation, RecordCheck } from '../types/results.ts'
import type { Target } from '../types/revoke-options.ts'

/**
 * A verification that shows its working, with the same requirements as `verify`; for a target, what is
 * stored there. Changes nothing.
 */
export async function explain(
  context: Context,
  target: string | Target,
  options?: VerifyOptions,
): Promise<Explanation> {
  const { authenticator, keyDeriver, issuers, policy } = context
  if (typeof target === 'string') {
    const deadline = new Deadline(policy.deadline)
    const found = await authenticator.authenticate(target, deadline)
    if (isRefusal(found)) return { ...refuse(found), checks: [] }
    const want = options === undefined ? { kind: found.facts.kind } : parseVerifyOptions(options)
    const trusted = issuers.get(found.claims.iss)?.trusted ?? null
    const refusal = checkRequirements(found, want, policy, trusted)
    const explanation = await explainPresented(context, found.facts, found, deadline)
    return refusal === null ? explanation : { ...refuse(refusal), checks: explanation.checks }
  }
  if (options !== undefined)
    throw new InvalidInput('options', 'goes with a token alone; leave it out for a target.')
  const parsed = parseTarget(target, [...issuers.keys()])
  if (parsed.is === 'scope') {
    const key = (await keyDeriver.cutoffKeys(parsed.principal)).get(parsed.scope) ?? ''
    return explainScope(context, parsed.scope, key)
  }
  if (parsed.is === 'record') return explainRecord(context, parsed.record)
  const { issuer, jti } = parsed
  // The record of a refresh token is that of its login.
  const session = issuer === policy.issuer ? sessionOf(jti) : null
  const key = session === null ? keyDeriver.token(issuer, jti) : keyDeriver.session(issuer, session)
  return explainRecord(context, await key)
}

async function explainPresented(
  context: Context,
  facts: TokenFacts,
  recordKeys: RecordKeys,
  deadline: Deadline = new Deadline(context.policy.deadline),
): Promise<Explanation> {
  const { store } = context
  const seen = await store.read(keysOf(recordKeys), deadline)
  const evidence = collectEvidence(context, seen, recordKeys)
  const decision = decideNow(context, facts, evidence)
  const checks =
    evidence === null ? [] : recordChecks(context, facts, recordKeys, evidence, decision)
  return decision.active ? { active: true, checks } : { ...refuse(decision), checks }
}

async function explainRecord(context: Context, key: string): Promise<Explanation> {
  const { store, policy, keyDeriver } = context
  const seen = await store.read([key, keyDeriver.root], new Deadline(policy.deadline))
  requireRoot(context, seen)
  const record = seen.get(key) ?? null
  const described = record === null ? null : tokenFromRecord(record, keyDeriver)
  if (described !== null && described !== 'corrupt') {
    return explainPresented(context, described.facts, described)
  }
  const reason = described === null ? 'not-found' : 'corrupt'
  const found = stateOf(described)
  const check = { scope: 'token', record: key, found, result: reason, decisive: true } as const
  return { active: false, reason, decidedBy: 'token', checks: [check] }
}

async function explainScope(
  context: Context,
  scope: CutoffScope,
  key: string,
): Promise<Explanation> {
  const { store, policy, keyDeriver } = context
  const seen = await store.read(new Set([keyDeriver.root, key]), new Deadline(policy.deadline))
  const cutoff =
    readCutoffs(seen, new Map([[scope, key]]), requireRoot(context, seen)).get(scope) ?? null
  const fields = { scope, record: key, found: stateOf(cutoff) } as const
  if (cutoff === 'corrupt') {
    const check: RecordCheck = { ...fields, result: cutoff, decisive: true }
    return { active: false, reason: cutoff, decidedBy: scope, checks: [check] }
  }
  const info = revocationFields(cutoff?.body.revoked ?? cutoff?.body.accessRevoked)
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
  facts: TokenFacts,
  recordKeys: RecordKeys,
  evidence: Evidence,
  decision: Decision,
): RecordCheck[] {
  const { cutoffKeys, tokenKey, sessionKey } = recordKeys
  const decidedBy = decision.active ? undefined : decision.decidedBy
  const needed = { token: tokenKey, session: sessionKey, none: null }[facts.requiredRecord]
  const ofCutoffs = [...cutoffKeys].map(([scope, record]): RecordCheck => {
    const cutoff = evidence.cutoffs.get(scope) ?? null
    const decisive = decidedBy === scope
    const fields = { scope, record, found: stateOf(cutoff), decisive }
    return { ...fields, ...cutoffResult(context, scope, cutoff, facts) }
  })
  const ofRecord = (
    scope: 'session' | 'token',
    record: string | null,
    stored: Lookup<unknown>,
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

function stateOf(found: Lookup<unknown>): RecordCheck['found'] {
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
  return policy.missingMeansRefused ? 'not-found' : 'not-applicable'
}

function tokenInfo({ token }: Evidence): ReturnType<typeof revocationFields> {
  return token && token !== 'corrupt'
    ? revocationFields(token.body.revoked ?? token.body.consumed)
    : {}
}

function cutoffResult(
  context: Context,
  scope: CutoffScope,
  cutoff: Lookup<Cutoff>,
  facts: TokenFacts,
): Pick<RecordCheck, 'result' | 'at' | 'note'> {
  if (cutoff === null) return { result: withoutCutoff(context) }
  if (cutoff === 'corrupt') return { result: 'corrupt' }
  const killed = revokedByCutoff(scope, cutoff.body, facts, context.policy)
  return killed === null
    ? { result: 'not-revoked' }
    : { result: 'revoked', ...revocationFields(killed.info) }
}
