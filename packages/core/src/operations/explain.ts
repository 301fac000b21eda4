import type { Context } from '../context.ts'
import { collectEvidence, decideNow, readCutoffs, requireRoot } from '../decision/collect.ts'
import { isInactive, refuse, revocationFields } from '../decision/outcome.ts'
import { recordChecks, resultWithoutCutoff, stateOf } from '../decision/record-checks.ts'
import { isTombstone, tokenFromRecord } from '../decision/token-from-record.ts'
import type { Reason, TokenFacts } from '../decision/types.ts'
import { InvalidInput } from '../errors.ts'
import { parseTarget } from '../input/target.schema.ts'
import { parseVerifyOptions } from '../input/verify.schema.ts'
import { openCutoff, openNotes, withNames } from '../inspection/names.ts'
import { recordOfJti } from '../inspection/target-record.ts'
import { checkRequirements } from '../jwt/requirements.ts'
import { bodyOf } from '../records/body.ts'
import { decodeToken } from '../records/token.ts'
import { cutoffKeysOf } from '../scopes/groups.ts'
import { keysOf, type RecordKeys } from '../scopes/record-keys.ts'
import type { CutoffScope } from '../scopes/scopes.ts'
import { openNote } from '../sealing/contents.ts'
import type { Deadline } from '../store/deadline.ts'
import type { VerifyOptions } from '../types/call-options.ts'
import type { Explanation, RecordCheck } from '../types/inspection.ts'
import type { Target } from '../types/revoke-options.ts'

/**
 * Verifies with the same requirements as `verify`, and returns each record that was read. For a target:
 * what is stored for it. Changes nothing.
 */
export async function explain(
  context: Context,
  target: string | Target,
  options?: VerifyOptions,
): Promise<Explanation> {
  if (typeof target === 'string') return explainToken(context, target, options)
  if (options !== undefined)
    throw new InvalidInput('options', 'can only be used with a token: leave it out for a target.')
  const { keyDeriver, issuers } = context
  const parsed = parseTarget(target, [...issuers.keys()])
  if (parsed.type === 'scope') {
    const key = (await keyDeriver.cutoffKeys(parsed.principal)).get(parsed.scope) ?? ''
    return explainScope(context, parsed.scope, key)
  }
  if (parsed.type === 'record') return explainRecord(context, parsed.record)
  return explainRecord(context, await recordOfJti(context, parsed.issuer, parsed.jti))
}

async function explainToken(
  context: Context,
  token: string,
  options: VerifyOptions | undefined,
): Promise<Explanation> {
  const { authenticator, issuers, policy } = context
  const deadline = context.deadline()
  const authenticated = await authenticator.authenticate(token, deadline)
  if (isInactive(authenticated)) return { ...refuse(authenticated), checks: [] }
  const { facts, claims } = authenticated
  const requirements = options === undefined ? { kind: facts.kind } : parseVerifyOptions(options)
  const trusted = issuers.get(claims.iss)?.trusted ?? null
  const refusal = checkRequirements(authenticated, requirements, policy, trusted)
  const explanation = await explainFacts(context, facts, authenticated, deadline)
  return refusal === null ? explanation : { ...refuse(refusal), checks: explanation.checks }
}

async function explainFacts(
  context: Context,
  facts: TokenFacts,
  recordKeys: RecordKeys,
  deadline: Deadline,
): Promise<Explanation> {
  const { store } = context
  const seen = await store.read(keysOf(recordKeys), deadline)
  const sealed = collectEvidence(context, seen, recordKeys)
  const evidence = sealed && (await openNotes(context, sealed, deadline))
  const decision = decideNow(context, facts, evidence)
  const checks =
    evidence === null
      ? []
      : await withNames(
          context,
          recordChecks(context, facts, recordKeys, evidence, decision),
          evidence,
          deadline,
        )
  return decision.active ? { active: true, checks } : { ...refuse(decision), checks }
}

async function explainRecord(context: Context, key: string): Promise<Explanation> {
  const { store, keyDeriver } = context
  const deadline = context.deadline()
  const seen = await store.read([key, keyDeriver.root], deadline)
  requireRoot(context, seen)
  const record = seen.get(key) ?? null
  const described =
    record === null ? null : tokenFromRecord(record, await cutoffKeysOf(record.groups, keyDeriver))
  if (described === null) return explainAlone(key, 'none', 'not-found')
  if (described === 'corrupt') return explainAlone(key, 'corrupt', 'corrupt')
  // A tombstone does not contain when and by which cutoffs its token was issued: only it can decide.
  if (isTombstone(described)) {
    const { revoked } = bodyOf(decodeToken(described.record)) ?? {}
    const info = revocationFields(await openNote(context, revoked, described.record, deadline))
    return explainAlone(key, 'revoked', 'revoked', info)
  }
  return explainFacts(context, described.facts, described, deadline)
}

/** The result of a token's own record, without any other record. */
function explainAlone(
  record: string,
  found: RecordCheck['found'],
  reason: Reason,
  info: ReturnType<typeof revocationFields> = {},
): Explanation {
  const check = { scope: 'token', record, found, result: reason, decisive: true, ...info } as const
  return { active: false, reason, decidedBy: 'token', ...info, checks: [check] }
}

async function explainScope(
  context: Context,
  scope: CutoffScope,
  key: string,
): Promise<Explanation> {
  const { store, keyDeriver } = context
  const deadline = context.deadline()
  const seen = await store.read([keyDeriver.root, key], deadline)
  const cutoffs = readCutoffs(seen, new Map([[scope, key]]), requireRoot(context, seen))
  const cutoff = await openCutoff(context, cutoffs.get(scope) ?? null, deadline)
  const fields = { scope, record: key, found: stateOf(cutoff) } as const
  if (cutoff === 'corrupt') {
    const check: RecordCheck = { ...fields, result: cutoff, decisive: true }
    return { active: false, reason: cutoff, decidedBy: scope, checks: [check] }
  }
  const info = revocationFields(cutoff?.body.revoked ?? cutoff?.body.accessRevoked)
  const result =
    info.at !== undefined
      ? 'revoked'
      : cutoff === null
        ? resultWithoutCutoff(context)
        : 'not-applicable'
  if (result === 'not-applicable') {
    const check: RecordCheck = { ...fields, result, decisive: false }
    return { active: true, checks: [check] }
  }
  const check: RecordCheck = { ...fields, result, decisive: true, ...info }
  return { active: false, reason: result, decidedBy: scope, ...info, checks: [check] }
}
