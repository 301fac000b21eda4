import {
  allowedLifetime,
  claimsAreStale,
  invalidClaim,
  isExpired,
  judgeReplay,
} from '../decide/decide.ts'
import type { Evidence } from '../decide/evidence.ts'
import { InvalidInput } from '../errors/errors.ts'
import { parseRotateOptions } from '../input/grant.schema.ts'
import type { RotateOptions } from '../input/grant.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import { randomId } from '../naming/random.ts'
import type { Read } from '../records/body.ts'
import { decodeSession, type Session, type SessionRotation } from '../records/session.ts'
import { Budget } from '../store/budget.ts'
import { change as changeStore, type History, type Seen, type Step } from '../store/change.ts'
import { rotateSession } from '../transitions/session.ts'
import type { Inactive, RotateResult } from './answers.ts'
import type { Context } from './context.ts'
import { evidenceIn, judge, keysOf } from './evidence.ts'
import { inactive } from './inactive.ts'
import { freshClaims, refreshEnd, signerOf } from './minting.ts'
import { isInactive, present } from './presenting.ts'
import { revokeReused } from './revoke-scope.ts'
import { draftSuccessor, mintSuccessor, type Obtained, type Succession } from './successor.ts'

/** Exchanges a refresh token for its successor and a new access token. */
export async function rotate(
  context: Context,
  refreshToken: unknown,
  change?: RotateOptions,
): Promise<RotateResult> {
  const { policy, store } = context
  const wanted = parseRotateOptions(change)
  if (typeof wanted.claims === 'object') await freshClaims(wanted.claims)
  signerOf(context)
  const budget = new Budget(policy.deadline)
  const token = await present(context, refreshToken, { kind: 'refresh' }, budget)
  if (isInactive(token)) return token
  const { client } = wanted
  if (client !== undefined && client !== token.claims.client_id)
    return inactive(invalidClaim('client_id', client))
  checkScope(token, wanted.scope)
  const scope = wanted.scope ?? token.claims.scope
  const attempt = new Attempt(context, token, wanted.claims, scope)
  const outcome = await changeStore(store, budget, keysOf(token), (seen, history) =>
    attempt.plan(seen, history),
  )
  if ('reuse' in outcome) return revokeReused(context, token, budget)
  if (isInactive(outcome)) return outcome
  // The clock went on while the store wrote.
  if (isExpired(token.presented.expiresAt, policy, policy.clock())) return inactive('expired')
  return mintSuccessor(context, token, outcome, budget)
}

function checkScope({ claims }: Authenticated, scope = ''): void {
  const granted = new Set(claims.scope?.split(' '))
  if (scope === '' || scope.split(' ').every((value) => granted.has(value))) return
  throw new InvalidInput(
    'change.scope',
    'must be a part of the scope granted at login (RFC 6749 §6).',
  )
}

type Outcome = Inactive | { readonly reuse: true } | Succession

/** One call's way to its successor, over as many reads and writes as it takes. */
class Attempt {
  readonly #context: Context
  readonly #token: Authenticated
  readonly #claims: object | (() => unknown) | undefined
  /** Of the new access token. */
  readonly #scope: string | undefined
  readonly #id = randomId()
  // Before the first read, so before every epoch that a claim is obtained under.
  readonly #clock: number
  // Under the epochs of the last attempt.
  #obtained: Obtained | null = null

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

  async plan(seen: Seen, history: History): Promise<Step<Outcome>> {
    const { policy } = this.#context
    const evidence = evidenceIn(this.#context, seen, this.#token)
    const decision = judge(this.#context, this.#token.presented, evidence)
    const session = evidence?.session
    if (evidence === null || !session || session === 'corrupt') {
      return { done: decision.active ? inactive('not-found') : inactive(decision) }
    }
    if (decision.active) return this.#advance(session, evidence)
    if (decision.reason !== 'consumed' || decision.decidedBy !== 'session')
      return { done: inactive(decision) }
    const endsAt = session.record.expiresAt
    const own = session.body.rotations.find(({ id }) => id === this.#id)
    // A successor that others have rotated already would be a dead token.
    const isLast = own !== undefined && own.generation === session.body.generation - 1
    if (own && isLast && this.#obtained) {
      // As if the answer had come: what was revoked meanwhile makes its access token a dead one.
      return { done: this.#won(own, endsAt, this.#obtained) }
    }
    const replay = judgeReplay(this.#generation, session.body, policy, policy.clock())
    if (replay.is === 'retry') {
      return { done: await this.#retry(replay.rotation, endsAt, evidence) }
    }
    // Only what stood before this call touched anything can prove that a token came twice.
    return { done: replay.is === 'reuse' && history.first ? { reuse: true } : inactive(decision) }
  }

  get #generation(): number {
    return this.#token.presented.generation ?? 0
  }

  async #advance(session: Read<Session>, evidence: Evidence): Promise<Step<Outcome>> {
    const { policy } = this.#context
    // An earlier attempt may still land: to refuse now could use the token up.
    const obtained = (await this.#obtain(evidence)) ?? this.#obtained
    if (obtained === null) return { done: inactive('stale-claims') }
    this.#obtained = obtained
    const at = policy.clock()
    const endsAt = session.record.expiresAt
    const expiresAt = refreshEnd(policy, at, endsAt, allowedLifetime(evidence.root, at))
    const rotation = { generation: this.#generation, at, expiresAt, id: this.#id }
    // What does not fit into a token must not use this one up.
    draftSuccessor(this.#context, this.#token, this.#won(rotation, endsAt, obtained))
    const record = rotateSession(session, rotation, policy)
    return {
      write: { record, expected: session.record.etag },
      won: (written) => {
        // The write that landed may be an earlier one of this call, with its own instant.
        const stored = decodeSession(written)
        const landed =
          stored && stored !== 'corrupt'
            ? stored.body.rotations.find(({ id }) => id === this.#id)
            : undefined
        return this.#won(landed ?? rotation, endsAt, obtained)
      },
    }
  }

  #won(rotation: SessionRotation, endsAt: number, obtained: Obtained): Succession {
    return { rotation, endsAt, retried: false, obtained, scope: this.#scope }
  }

  async #retry(rotation: SessionRotation, endsAt: number, evidence: Evidence): Promise<Outcome> {
    const obtained = await this.#obtain(evidence)
    if (obtained === null) return inactive('stale-claims')
    return { ...this.#won(rotation, endsAt, obtained), retried: true }
  }

  /** Claims for the new access token, obtained after these epochs were read; `null`: they are stale. */
  async #obtain(evidence: Evidence): Promise<Obtained | null> {
    const { tw } = this.#token
    const given = this.#claims
    const renewed = typeof given === 'function'
    const stale = tw !== null && claimsAreStale(tw.a, evidence)
    if (!renewed && tw !== null) {
      const rides = given !== undefined || tw.c !== undefined
      if (tw.f === 1 && given === undefined) return null
      if (rides && stale) return null
    }
    const claims = await freshClaims(given ?? tw?.c)
    // They must not ride on: the cutoff that makes them stale may be pruned before the session ends.
    const lapsed = renewed && stale && tw?.c !== undefined
    const riding = typeof given === 'object' ? claims : lapsed ? undefined : tw?.c
    const { cutoffs, root } = evidence
    return { claims, riding, lapsed, clock: this.#clock, cutoffs, root }
  }
}
