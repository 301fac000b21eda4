import type { Context } from '../context.ts'
import { collectEvidence, decideNow, keysOf } from '../decision/collect.ts'
import { allowedLifetime, claimsAreStale, invalidClaim, isExpired } from '../decision/decide.ts'
import { refuse } from '../decision/outcome.ts'
import { isInactive, precheck } from '../decision/precheck.ts'
import { judgeReusedGeneration } from '../decision/rotation-window.ts'
import type { Evidence } from '../decision/types.ts'
import { InvalidInput } from '../errors.ts'
import { parseRotateOptions } from '../input/issue.schema.ts'
import {
  draftSuccessor,
  mintSuccessor,
  type Successor,
  type SuccessorClaims,
} from '../issuing/successor.ts'
import { refreshEnd, resolveClaims, signerOf } from '../issuing/token-drafts.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import type { Loaded } from '../records/body.ts'
import { decodeSession, type Session, type SessionRotation } from '../records/session.ts'
import { revokeReused } from '../revocation/revoke-reused.ts'
import { randomId } from '../scopes/random.ts'
import {
  type AttemptInfo,
  type Plan,
  type Snapshot,
  updateRecord,
} from '../store/conditional-write.ts'
import { Deadline } from '../store/deadline.ts'
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
  const wanted = parseRotateOptions(options)
  if (typeof wanted.claims === 'object') await resolveClaims(wanted.claims)
  signerOf(context)
  const deadline = new Deadline(policy.deadline)
  const token = await precheck(context, refreshToken, { kind: 'refresh' }, deadline)
  if (isInactive(token)) return token
  const { client } = wanted
  if (client !== undefined && client !== token.claims.client_id)
    return refuse(invalidClaim('client_id', client))
  checkScope(token, wanted.scope)
  const scope = wanted.scope ?? token.claims.scope
  const rotation = new RotationAttempt(context, token, wanted.claims, scope)
  const outcome = await updateRecord(store, deadline, keysOf(token), (seen, attempt) =>
    rotation.plan(seen, attempt),
  )
  if ('reuse' in outcome) return revokeReused(context, token, deadline)
  if (isInactive(outcome)) return outcome
  // The clock went on while the store wrote.
  if (isExpired(token.facts.expiresAt, policy, policy.clock())) return refuse('expired')
  return mintSuccessor(context, token, outcome, deadline)
}

function checkScope({ claims }: Authenticated, scope = ''): void {
  const granted = new Set(claims.scope?.split(' '))
  if (scope === '' || scope.split(' ').every((value) => granted.has(value))) return
  throw new InvalidInput(
    'options.scope',
    'must be a part of the scope granted at login (RFC 6749 §6).',
  )
}

type AttemptResult = Inactive | { readonly reuse: true } | Successor

/** One call's way to its successor, over as many reads and writes as it takes. */
class RotationAttempt {
  readonly #context: Context
  readonly #token: Authenticated
  readonly #claims: object | (() => unknown) | undefined
  /** Of the new access token. */
  readonly #scope: string | undefined
  readonly #id = randomId()
  // Before the first read, so before every epoch that a claim is obtained under.
  readonly #clock: number
  // Under the epochs of the last attempt.
  #successorClaims: SuccessorClaims | null = null

  constructor(
    context: Context,
    token: Authenticated,
    claims: object | (() => unknown) | undefined,
    scope: string | undefined,
  ) {
    this.#context = context
    this.#token = token
    this.#claims = claims
    this.#scope = scope
    this.#clock = context.policy.clock()
  }

  async plan(seen: Snapshot, attempt: AttemptInfo): Promise<Plan<AttemptResult>> {
    const { policy } = this.#context
    const evidence = collectEvidence(this.#context, seen, this.#token)
    const decision = decideNow(this.#context, this.#token.facts, evidence)
    const session = evidence?.session
    if (evidence === null || !session || session === 'corrupt') {
      return { done: decision.active ? refuse('not-found') : refuse(decision) }
    }
    if (decision.active) return this.#advance(session, evidence)
    if (decision.reason !== 'consumed' || decision.decidedBy !== 'session')
      return { done: refuse(decision) }
    const endsAt = session.record.expiresAt
    const own = session.body.rotations.find(({ id }) => id === this.#id)
    // A successor that others have rotated already would be a dead token.
    const isLast = own !== undefined && own.generation === session.body.generation - 1
    if (own && isLast && this.#successorClaims) {
      // As if the answer had come: what was revoked meanwhile makes its access token a dead one.
      return { done: this.#onStored(own, endsAt, this.#successorClaims) }
    }
    const replay = judgeReusedGeneration(this.#generation, session.body, policy, policy.clock())
    if (replay.is === 'retry') {
      return { done: await this.#retry(replay.rotation, endsAt, evidence) }
    }
    // Only what stood before this call touched anything can prove that a token came twice.
    return { done: replay.is === 'reuse' && attempt.isFirst ? { reuse: true } : refuse(decision) }
  }

  get #generation(): number {
    return this.#token.facts.generation ?? 0
  }

  async #advance(session: Loaded<Session>, evidence: Evidence): Promise<Plan<AttemptResult>> {
    const { policy } = this.#context
    // An earlier attempt may still land: to refuse now could use the token up.
    const successorClaims = (await this.#obtain(evidence)) ?? this.#successorClaims
    if (successorClaims === null) return { done: refuse('stale-claims') }
    this.#successorClaims = successorClaims
    const at = policy.clock()
    const endsAt = session.record.expiresAt
    const expiresAt = refreshEnd(policy, at, endsAt, allowedLifetime(evidence.root, at))
    const rotation = { generation: this.#generation, at, expiresAt, id: this.#id }
    // What does not fit into a token must not use this one up.
    draftSuccessor(this.#context, this.#token, this.#onStored(rotation, endsAt, successorClaims))
    const record = rotateSession(session, rotation, policy)
    return {
      write: { record, expected: session.record.etag },
      onStored: (written) => {
        // The write that landed may be an earlier one of this call, with its own instant.
        const stored = decodeSession(written)
        const landed =
          stored && stored !== 'corrupt'
            ? stored.body.rotations.find(({ id }) => id === this.#id)
            : undefined
        return this.#onStored(landed ?? rotation, endsAt, successorClaims)
      },
    }
  }

  #onStored(
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
    const successorClaims = await this.#obtain(evidence)
    if (successorClaims === null) return refuse('stale-claims')
    return { ...this.#onStored(rotation, endsAt, successorClaims), retried: true }
  }

  /** Claims for the new access token, obtained after these epochs were read; `null`: they are stale. */
  async #obtain(evidence: Evidence): Promise<SuccessorClaims | null> {
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
    // Not carried on: the cutoff that makes them stale may be pruned before the session ends.
    const mustBeSupplied = isSupplied && isStale && inherited !== undefined
    const carried = typeof given === 'object' ? claims : mustBeSupplied ? undefined : inherited
    const { cutoffs, root } = evidence
    return { claims, carried, mustBeSupplied, clock: this.#clock, cutoffs, root }
  }
}
