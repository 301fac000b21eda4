import { claimsAreStale, isExpired, judgeReplay } from '../decide/decide.ts'
import type { Evidence } from '../decide/evidence.ts'
import { InvalidInput } from '../errors/errors.ts'
import { parseChange } from '../input/grant.schema.ts'
import type { Change } from '../input/grant.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import { randomId } from '../naming/random.ts'
import type { Read } from '../records/body.ts'
import { decodeFamily, type Family, type FamilyRotation } from '../records/family.ts'
import { Budget } from '../store/budget.ts'
import { change as changeStore, type History, type Seen, type Step } from '../store/change.ts'
import { rotateFamily } from '../transitions/family.ts'
import type { Inactive, Rotation } from './answers.ts'
import type { Context } from './context.ts'
import { evidenceIn, judge, keysOf } from './evidence.ts'
import { inactive } from './inactive.ts'
import { freshClaims, signerOf } from './minting.ts'
import { isInactive, present } from './presenting.ts'
import { revokeReused } from './revoke-scope.ts'
import { mintSuccessor, type Obtained } from './successor.ts'

/** Exchanges a refresh token for its successor and a new access token. */
export async function rotate(
  context: Context,
  refreshToken: unknown,
  change?: Change,
): Promise<Rotation> {
  const { policy, store } = context
  const wanted = parseChange(change)
  if (typeof wanted.claims === 'object') await freshClaims(wanted.claims)
  signerOf(context)
  const token = await present(context, refreshToken, { kind: 'refresh' })
  if (isInactive(token)) return token
  checkScope(token, wanted.scope)
  const attempt = new Attempt(context, token, wanted.claims)
  const budget = new Budget(policy.deadline)
  const outcome = await changeStore(store, budget, keysOf(token), (seen, history) =>
    attempt.plan(seen, history),
  )
  if ('reuse' in outcome) return revokeReused(context, token)
  if (isInactive(outcome)) return outcome
  // The clock went on while the store wrote.
  if (isExpired(token.presented.expiresAt, policy, policy.clock())) return inactive('expired')
  return mintSuccessor(
    context,
    token,
    { ...outcome, scope: wanted.scope ?? token.claims.scope },
    budget,
  )
}

function checkScope({ claims }: Authenticated, scope = ''): void {
  const granted = new Set(claims.scope?.split(' '))
  if (scope === '' || scope.split(' ').every((value) => granted.has(value))) return
  throw new InvalidInput(
    'change.scope',
    'must be a part of the scope granted at login (RFC 6749 §6).',
  )
}

type Outcome = Inactive | { readonly reuse: true } | Won

interface Won {
  readonly rotation: FamilyRotation
  readonly endsAt: number
  readonly retried: boolean
  readonly obtained: Obtained
}

/** One call's way to its successor, over as many reads and writes as it takes. */
class Attempt {
  readonly #context: Context
  readonly #token: Authenticated
  readonly #claims: object | (() => unknown) | undefined
  readonly #id = randomId()
  // Before the first read, so before every epoch that a claim is obtained under.
  readonly #clock: number
  // Under the epochs of the last attempt.
  #obtained: Obtained | null = null

  constructor(
    context: Context,
    token: Authenticated,
    claims: object | (() => unknown) | undefined,
  ) {
    this.#context = context
    this.#token = token
    this.#claims = claims
    this.#clock = context.policy.clock()
  }

  async plan(seen: Seen, history: History): Promise<Step<Outcome>> {
    const { policy } = this.#context
    const evidence = evidenceIn(this.#context, seen, this.#token)
    const decision = judge(this.#context, this.#token.presented, evidence)
    const family = evidence?.family
    if (evidence === null || !family || family === 'damaged') {
      return { done: decision.active ? inactive('absent') : inactive(decision) }
    }
    if (decision.active) return this.#advance(family, evidence)
    if (decision.reason !== 'consumed' || decision.level !== 'family')
      return { done: inactive(decision) }
    const own = family.body.rotations.find(({ id }) => id === this.#id)
    const obtained = this.#obtained
    if (own && obtained) {
      // As if the answer had come: what was taken back meanwhile makes its access token a dead one.
      return {
        done: { rotation: own, endsAt: family.record.expiresAt, retried: false, obtained },
      }
    }
    const replay = judgeReplay(this.#generation, family.body, policy, policy.clock())
    if (replay.is === 'retry') {
      return { done: await this.#retry(replay.rotation, family.record.expiresAt, evidence) }
    }
    // Only what stood before this call touched anything can prove that a token came twice.
    return { done: replay.is === 'reuse' && history.first ? { reuse: true } : inactive(decision) }
  }

  get #generation(): number {
    return this.#token.presented.generation ?? 0
  }

  async #advance(family: Read<Family>, evidence: Evidence): Promise<Step<Outcome>> {
    const { policy } = this.#context
    // An earlier attempt may still land: to refuse now could use the token up.
    const obtained = (await this.#obtain(evidence)) ?? this.#obtained
    if (obtained === null) return { done: inactive('stale-claims') }
    this.#obtained = obtained
    const at = Math.floor(policy.clock())
    const endsAt = family.record.expiresAt
    const expiresAt = Math.min(at + policy.refresh, endsAt)
    const rotation = { generation: this.#generation, at, expiresAt, id: this.#id }
    const record = rotateFamily(family, rotation, policy)
    return {
      write: { record, expected: family.record.etag },
      won: (written) => {
        // The write that landed may be an earlier one of this call, with its own instant.
        const stored = decodeFamily(written)
        const landed =
          stored && stored !== 'damaged'
            ? stored.body.rotations.find(({ id }) => id === this.#id)
            : undefined
        return { rotation: landed ?? rotation, endsAt, retried: false, obtained }
      },
    }
  }

  async #retry(rotation: FamilyRotation, endsAt: number, evidence: Evidence): Promise<Outcome> {
    const obtained = await this.#obtain(evidence)
    return obtained === null
      ? inactive('stale-claims')
      : { rotation, endsAt, retried: true, obtained }
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
    return { claims, riding, lapsed, clock: this.#clock, cutoffs: evidence.cutoffs }
  }
}
