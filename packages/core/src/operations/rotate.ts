import type { Context } from '../context.ts'
import { collectEvidence, decideNow } from '../decision/collect.ts'
import { allowedLifetime, claimsAreStale, invalidClaim, isExpired } from '../decision/decide.ts'
import { isInactive, refuse } from '../decision/outcome.ts'
import { precheck } from '../decision/precheck.ts'
import { judgeReusedGeneration } from '../decision/rotation-window.ts'
import type { Evidence } from '../decision/types.ts'
import { InvalidInput } from '../errors.ts'
import { parseRotateOptions } from '../input/issue.schema.ts'
import { handOut, type Successor, type SuccessorClaims } from '../issuing/successor.ts'
import { SuccessorSigner } from '../issuing/successor-signer.ts'
import { refreshEnd, resolveClaims, signerOf } from '../issuing/token-drafts.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import { bodyOf, isUsable, type Loaded } from '../records/body.ts'
import { decodeSession, type Session, type SessionRotation } from '../records/session.ts'
import { revokeReused } from '../revocation/revoke-reused.ts'
import { randomId } from '../scopes/random.ts'
import { withCurrentSeal } from '../sealing/reseal-record.ts'
import { type AttemptInfo, type Plan, updateRecord } from '../store/conditional-write.ts'
import type { Deadline } from '../store/deadline.ts'
import type { Snapshot } from '../store/store.ts'
import { rotateSession } from '../transitions/session.ts'
import type { RotateOptions } from '../types/call-options.ts'
import type { Inactive, RotateResult } from '../types/results.ts'

/** Exchanges a refresh token for its successor and a new access token. */
export async function rotate(
  context: Context,
  refreshToken: unknown,
  options?: RotateOptions,
): Promise<RotateResult> {
  const { policy, store } = context
  const { claims, client, scope: requestedScope } = parseRotateOptions(options)
  if (typeof claims === 'object') await resolveClaims(claims)
  const deadline = context.deadline()
  const signer = await signerOf(context, deadline)
  const token = await precheck(context, refreshToken, { kind: 'refresh' }, deadline)
  if (isInactive(token)) return token
  if (client !== undefined && client !== token.claims.client_id)
    return refuse(invalidClaim('client_id', client))
  checkScope(token, requestedScope)
  const scope = requestedScope ?? token.claims.scope
  const successors = new SuccessorSigner(context, token, signer, deadline)
  const rotation = new RotationAttempt(context, token, claims, scope, successors, deadline)
  const outcome = await updateRecord(store, deadline, token.recordKeys, (seen, attempt) =>
    rotation.plan(seen, attempt),
  )
  if ('reuse' in outcome) return revokeReused(context, token, deadline)
  if (isInactive(outcome)) return outcome
  // The token may have expired during the write.
  if (isExpired(token.facts.expiresAt, policy, policy.clock())) return refuse('expired')
  return handOut(context, token, outcome, await successors.signedFor(outcome), deadline)
}

function checkScope({ claims }: Authenticated, scope = ''): void {
  const granted = new Set(claims.scope?.split(' '))
  if (scope === '' || scope.split(' ').every((value) => granted.has(value))) return
  throw new InvalidInput(
    'options.scope',
    'must be part of the scope that was granted at login (RFC 6749 §6).',
  )
}

type AttemptResult = Inactive | { readonly reuse: true } | Successor

/** One call's attempts to rotate, over as many reads and writes as it takes. */
class RotationAttempt {
  readonly #context: Context
  readonly #token: Authenticated
  readonly #claims: object | (() => unknown) | undefined
  /** Of the new access token. */
  readonly #scope: string | undefined
  readonly #successors: SuccessorSigner
  readonly #deadline: Deadline
  readonly #id = randomId()
  /** The time before the first read, and so before every epoch under which claims are computed. */
  readonly #clock: number
  /** Computed under the epochs of the last attempt. */
  #successorClaims: SuccessorClaims | null = null

  constructor(
    context: Context,
    token: Authenticated,
    claims: object | (() => unknown) | undefined,
    scope: string | undefined,
    successors: SuccessorSigner,
    deadline: Deadline,
  ) {
    this.#context = context
    this.#token = token
    this.#claims = claims
    this.#scope = scope
    this.#successors = successors
    this.#deadline = deadline
    this.#clock = context.policy.clock()
  }

  async plan(seen: Snapshot, attempt: AttemptInfo): Promise<Plan<AttemptResult>> {
    const { policy } = this.#context
    const evidence = collectEvidence(this.#context, seen, this.#token)
    const decision = decideNow(this.#context, this.#token.facts, evidence)
    const session = evidence?.session
    if (evidence === null || !isUsable(session)) {
      return { done: decision.active ? refuse('not-found') : refuse(decision) }
    }
    if (decision.active) return this.#advance(session, evidence)
    if (decision.reason !== 'consumed' || decision.decidedBy !== 'session')
      return { done: refuse(decision) }
    const endsAt = session.record.expiresAt
    const ownRotation = session.body.rotations.find(({ id }) => id === this.#id)
    // A successor that was rotated already would be refused.
    const isLast = ownRotation?.generation === session.body.generation - 1
    if (ownRotation && isLast && this.#successorClaims) {
      // As if the reply had not been lost. A revocation since then also revokes the new access token.
      return { done: this.#successor(ownRotation, endsAt, this.#successorClaims) }
    }
    const replay = judgeReusedGeneration(this.#generation, session.body, policy, policy.clock())
    if (replay.type === 'retry') {
      return { done: await this.#retry(replay.rotation, endsAt, evidence) }
    }
    // Only a record that this call has not written yet can prove that the token was presented twice.
    return { done: replay.type === 'reuse' && attempt.isFirst ? { reuse: true } : refuse(decision) }
  }

  get #generation(): number {
    return this.#token.facts.generation ?? 0
  }

  async #advance(session: Loaded<Session>, evidence: Evidence): Promise<Plan<AttemptResult>> {
    const { policy } = this.#context
    // An earlier write of this call may still happen: to refuse now could use the token up.
    const successorClaims = (await this.#claimsFor(evidence)) ?? this.#successorClaims
    if (successorClaims === null) return { done: refuse('stale-claims') }
    this.#successorClaims = successorClaims
    const at = policy.clock()
    const endsAt = session.record.expiresAt
    const expiresAt = refreshEnd(policy, at, endsAt, allowedLifetime(evidence.root, at))
    const rotation = { generation: this.#generation, at, expiresAt, id: this.#id }
    // Claims that make a token too large, or a service that does not sign, must not use this one up.
    await this.#successors.sign(this.#successor(rotation, endsAt, successorClaims))
    const current = await withCurrentSeal(this.#context, session, this.#deadline)
    const record = rotateSession(current, rotation, policy)
    return {
      write: { record, expected: session.record.etag },
      onStored: (written) => {
        // The stored record may be from an earlier attempt of this call, with its own time.
        const stored = bodyOf(decodeSession(written))?.rotations.find(({ id }) => id === this.#id)
        return this.#successor(stored ?? rotation, endsAt, successorClaims)
      },
    }
  }

  #successor(
    rotation: SessionRotation,
    endsAt: number,
    successorClaims: SuccessorClaims,
  ): Successor {
    return { rotation, endsAt, retried: false, successorClaims, scope: this.#scope }
  }

  async #retry(
    rotation: SessionRotation,
    endsAt: number,
    evidence: Evidence,
  ): Promise<AttemptResult> {
    const successorClaims = await this.#claimsFor(evidence)
    if (successorClaims === null) return refuse('stale-claims')
    return { ...this.#successor(rotation, endsAt, successorClaims), retried: true }
  }

  /** Claims for the new access token, computed after these epochs were read; `null`: they are stale. */
  async #claimsFor(evidence: Evidence): Promise<SuccessorClaims | null> {
    const { privateClaim } = this.#token
    const given = this.#claims
    const isSupplied = typeof given === 'function'
    const isStale = privateClaim !== null && claimsAreStale(privateClaim.accessEpochs, evidence)
    if (!isSupplied && privateClaim !== null) {
      const isCarried = given !== undefined || privateClaim.carriedClaims !== undefined
      if (privateClaim.claimsFromFunction && given === undefined) return null
      if (isCarried && isStale) return null
    }
    const inherited = privateClaim?.carriedClaims
    const claims = await resolveClaims(given ?? inherited)
    // Stale claims are not carried on: the cutoff that makes them stale may be pruned before the session ends.
    const mustBeSupplied = isSupplied && isStale && inherited !== undefined
    const carried = typeof given === 'object' ? claims : mustBeSupplied ? undefined : inherited
    const { cutoffs, root } = evidence
    return { claims, carried, mustBeSupplied, clock: this.#clock, cutoffs, root }
  }
}
