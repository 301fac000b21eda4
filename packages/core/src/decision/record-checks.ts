import type { Context } from '../context.ts'
import { bodyOf, type Lookup } from '../records/body.ts'
import type { Cutoff } from '../records/cutoff.ts'
import type { RecordKeys } from '../scopes/record-keys.ts'
import type { CutoffScope } from '../scopes/scopes.ts'
import type { RecordCheck } from '../types/inspection.ts'
import { hasBothEpochs, reasonFor, revokedByCutoff } from './decide.ts'
import { revocationFields } from './outcome.ts'
import type { Decision, Evidence, Refusal, TokenFacts } from './types.ts'

/** The record of each scope, of the session and of the token, with its result for the token. */
export function recordChecks(
  context: Context,
  facts: TokenFacts,
  recordKeys: RecordKeys,
  evidence: Evidence,
  decision: Decision,
): RecordCheck[] {
  const { cutoffKeys, tokenKey, sessionKey } = recordKeys
  const { decidedBy, reason }: Partial<Refusal> = decision.active ? {} : decision
  const needed = { token: tokenKey, session: sessionKey, none: null }[facts.requiredRecord]
  const ofCutoffs = [...cutoffKeys].map(([scope, record]): RecordCheck => {
    const cutoff = evidence.cutoffs.get(scope) ?? null
    const checked = cutoffResult(context, scope, cutoff, facts)
    const decisive = decidedBy === scope && checked.result === reason
    return { scope, record, found: stateOf(cutoff), decisive, ...checked }
  })
  // A session has two records: its cutoff, and its own.
  const isByCutoff = ofCutoffs.some(({ decisive }) => decisive)
  const ofRecord = (
    scope: 'session' | 'token',
    record: string | null,
    stored: Lookup<unknown>,
  ): RecordCheck[] => {
    if (record === null) return []
    const found = stateOf(stored)
    const result = recordResult(found, record === needed)
    const decisive = decidedBy === scope && !isByCutoff
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

export function stateOf(found: Lookup<unknown>): RecordCheck['found'] {
  if (found === null) return 'none'
  return found === 'corrupt' ? 'corrupt' : found.record.state
}

function recordResult(found: RecordCheck['found'], isNeeded: boolean): RecordCheck['result'] {
  if (found === 'active') return 'not-revoked'
  if (found === 'none') return isNeeded ? 'not-found' : 'not-applicable'
  return found
}

/** On an evicting store, a missing cutoff means refused. */
export function resultWithoutCutoff({ policy }: Context): 'not-found' | 'not-applicable' {
  return policy.missingMeansRefused ? 'not-found' : 'not-applicable'
}

function tokenInfo({ token }: Evidence): ReturnType<typeof revocationFields> {
  const { revoked, consumed } = bodyOf(token) ?? {}
  return revocationFields(revoked ?? consumed)
}

function cutoffResult(
  context: Context,
  scope: CutoffScope,
  cutoff: Lookup<Cutoff>,
  facts: TokenFacts,
): Pick<RecordCheck, 'result' | 'at' | 'note'> {
  if (cutoff === null) return { result: resultWithoutCutoff(context) }
  if (cutoff === 'corrupt') return { result: 'corrupt' }
  const { policy } = context
  const revoked = revokedByCutoff(scope, cutoff.body, facts, policy)
  if (revoked !== null)
    return { result: reasonFor(revoked, policy), ...revocationFields(revoked.info) }
  const isWhole = !policy.missingMeansRefused || hasBothEpochs(cutoff.body)
  return { result: isWhole ? 'not-revoked' : 'not-found' }
}
