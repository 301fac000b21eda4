import type { Context } from '../context.ts'
import { NotPrepared, PolicyRefused, StoreUnavailable } from '../errors.ts'
import { bodyOf, isUsable, type Lookup } from '../records/body.ts'
import { type Cutoff, decodeCutoff } from '../records/cutoff.ts'
import { decodeRoot, FORMAT, formatOf, type Root } from '../records/root.ts'
import { decodeSession } from '../records/session.ts'
import { decodeToken } from '../records/token.ts'
import type { RecordKeys } from '../scopes/record-keys.ts'
import type { CutoffKeys, CutoffScope } from '../scopes/scopes.ts'
import type { Snapshot } from '../store/store.ts'
import { decide } from './decide.ts'
import type { Decision, Evidence, Refusal, TokenFacts } from './types.ts'

/**
 * The root record, or an error if it is missing. On an evicting store it may be missing: `null`.
 * @throws `TOKENWARD_STORE_UNAVAILABLE`: the store is empty, so no revocation is known
 * @throws `TOKENWARD_NOT_PREPARED`, `TOKENWARD_POLICY_REFUSED`: prepared by another version, or with
 * another pepper
 */
export function requireRoot(context: Context, seen: Snapshot): Lookup<Root> {
  const { keyDeriver, policy } = context
  const found = decodeRoot(seen.get(keyDeriver.root) ?? null)
  if (found === null) {
    if (policy.missingMeansRefused) return null
    const cause = new NotPrepared(
      'The store has no root record: it is empty, or was never prepared.',
    )
    throw new StoreUnavailable(
      'The store has no root record, so its revocations are unknown and every token is refused. Check that it is the right store, then run prepare().',
      cause,
    )
  }
  const format = found === 'corrupt' ? formatOf(seen.get(keyDeriver.root)) : found.body.format
  if (format !== null && format !== FORMAT) {
    throw new NotPrepared(
      `The store has records of format ${format}, and this version of Tokenward uses format ${FORMAT}: use the version that prepared the store.`,
    )
  }
  if (found === 'corrupt') return found
  if (found.body.pepperCheck !== keyDeriver.pepperCheck) {
    throw new PolicyRefused('Wrong pepper: use the one that the store was prepared with.')
  }
  return found
}

/** The root record, for calls that may create one; `null`: there is none yet. */
export function readRoot(context: Context, seen: Snapshot): Lookup<Root> {
  return (seen.get(context.keyDeriver.root) ?? null) === null ? null : requireRoot(context, seen)
}

/** The cutoffs under these keys, with the root record as `global`. */
export function readCutoffs(
  seen: Snapshot,
  cutoffKeys: CutoffKeys,
  root: Lookup<Root>,
): ReadonlyMap<CutoffScope, Lookup<Cutoff>> {
  const cutoffs = new Map<CutoffScope, Lookup<Cutoff>>([['global', root]])
  for (const [scope, key] of cutoffKeys) {
    if (scope !== 'global') cutoffs.set(scope, decodeCutoff(seen.get(key) ?? null))
  }
  return cutoffs
}

/** All records about a token; `null`: the root record is corrupt. */
export function collectEvidence(
  context: Context,
  seen: Snapshot,
  recordKeys: RecordKeys,
): Evidence | null {
  const root = requireRoot(context, seen)
  if (root === 'corrupt') return null
  const { cutoffKeys, tokenKey, sessionKey } = recordKeys
  const token = tokenKey === null ? null : decodeToken(seen.get(tokenKey) ?? null)
  const evidence = {
    root: bodyOf(root) ?? null,
    cutoffs: readCutoffs(seen, cutoffKeys, root),
    token,
  }
  if (sessionKey === null) return evidence
  return { ...evidence, session: decodeSession(seen.get(sessionKey) ?? null) }
}

/** Reads the clock, after the store has replied, and decides. */
export function decideNow(
  context: Context,
  facts: TokenFacts,
  evidence: Evidence | null,
): Decision {
  const { policy } = context
  const decision: Decision =
    evidence === null
      ? { active: false, reason: 'corrupt', decidedBy: 'global' }
      : decide(facts, evidence, policy, policy.clock())
  if (!decision.active) emitAnomalies(context, decision, facts, evidence)
  return decision
}

function emitAnomalies(
  context: Context,
  refusal: Refusal,
  facts: TokenFacts,
  evidence: Evidence | null,
): void {
  const { reason, decidedBy } = refusal
  if (reason === 'corrupt')
    context.events.emit('corrupt', decidedBy === undefined ? {} : { scope: decidedBy })
  const session = evidence?.session
  const generation = facts.generation ?? 0
  if (!isUsable(session) || generation <= session.body.generation) return
  context.events.emit('finding', {
    code: 'rollback-detected',
    message: `a refresh token has generation ${generation}, but its session in the store only has ${session.body.generation}: the store was restored to an older state`,
    fix: 'call revoke({ everything: true }): revocations since that state are lost',
  })
}
