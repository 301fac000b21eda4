import type { Context } from '../context.ts'
import { NotPrepared, PolicyRefused, StoreUnavailable } from '../errors.ts'
import type { Lookup } from '../records/body.ts'
import { type Cutoff, decodeCutoff } from '../records/cutoff.ts'
import { decodeRoot, FORMAT, formatOf, type Root } from '../records/root.ts'
import { decodeSession } from '../records/session.ts'
import { decodeToken } from '../records/token.ts'
import type { CutoffKeys, CutoffScope } from '../scopes/scopes.ts'
import type { Snapshot } from '../store/conditional-write.ts'
import { decide } from './decide.ts'
import type { Decision, Evidence, Refusal, TokenFacts } from './types.ts'

/** Where the store would know of a token. */
export interface RecordKeys {
  readonly cutoffKeys: CutoffKeys
  readonly tokenKey: string | null
  readonly sessionKey: string | null
}

export function keysOf({ cutoffKeys, tokenKey, sessionKey }: RecordKeys): string[] {
  return [...cutoffKeys.values(), tokenKey, sessionKey].filter((key) => key !== null)
}

/**
 * The root of this world, or an error: without it nothing is known. Where absence refuses there may
 * be none: `null`. `corrupt` refuses like any record.
 */
export function requireRoot(context: Context, seen: Snapshot): Lookup<Root> {
  const { keyDeriver, policy } = context
  const found = decodeRoot(seen.get(keyDeriver.root) ?? null)
  if (found === null) {
    if (policy.missingMeansRefused) return null
    const cause = new NotPrepared(
      'The store has no root record: it is empty, was wiped, or is another one.',
    )
    throw new StoreUnavailable(
      'The store has no root record, so nothing is known. Check that it is the right store, then run prepare().',
      cause,
    )
  }
  const format = found === 'corrupt' ? formatOf(seen.get(keyDeriver.root)) : found.body.format
  if (format !== null && format !== FORMAT) {
    throw new NotPrepared(
      `The store has format ${format}, this version writes ${FORMAT}: use the version of Tokenward that fits.`,
    )
  }
  if (found === 'corrupt') return found
  if (found.body.pepperCheck !== keyDeriver.pepperCheck) {
    throw new PolicyRefused(
      'The store was made with another pepper: give the one that it was made with.',
    )
  }
  return found
}

/** The stored root, for who may make one; `null`: there is none yet. */
export function readRoot(context: Context, seen: Snapshot): Lookup<Root> {
  return (seen.get(context.keyDeriver.root) ?? null) === null ? null : requireRoot(context, seen)
}

/** Without a root nothing is accepted, and nothing can be issued. */
export function corruptRoot(): StoreUnavailable {
  return new StoreUnavailable(
    'The root record is corrupt, so every token is refused. To replace it, and revoke all that was issued before, run prepare() or `tokenward migrate`, or revoke({ everything: true }).',
  )
}

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

/** Everything that stood in the store about a token; `null`: the root is corrupt. */
export function collectEvidence(
  context: Context,
  seen: Snapshot,
  recordKeys: RecordKeys,
): Evidence | null {
  const root = requireRoot(context, seen)
  if (root === 'corrupt') return null
  const { cutoffKeys, tokenKey, sessionKey } = recordKeys
  const token = tokenKey === null ? null : decodeToken(seen.get(tokenKey) ?? null)
  const evidence = { root: root?.body ?? null, cutoffs: readCutoffs(seen, cutoffKeys, root), token }
  if (sessionKey === null) return evidence
  return { ...evidence, session: decodeSession(seen.get(sessionKey) ?? null) }
}

/** Reads the clock now, after the store's answers, and decides. */
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
  if (!session || session === 'corrupt' || (facts.generation ?? 0) <= session.body.generation)
    return
  context.events.emit('finding', {
    code: 'rollback-detected',
    message: `a refresh token of generation ${facts.generation} came, the store knows ${session.body.generation}`,
    fix: 'After restoring a backup revoke({ everything: true }): what was revoked since is not known.',
  })
}
