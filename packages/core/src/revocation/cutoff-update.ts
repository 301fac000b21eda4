import type { StoredRecord } from '../adapter/contract.ts'
import type { Context } from '../context.ts'
import { corruptRoot, requireRoot } from '../decision/collect.ts'
import { revocationFields } from '../decision/outcome.ts'
import { StoreUnavailable } from '../errors.ts'
import { retainCutoff, retainToken } from '../policy/policy.ts'
import { type Loaded, nextRecord } from '../records/body.ts'
import { type Cutoff, decodeCutoff } from '../records/cutoff.ts'
import { randomId } from '../scopes/random.ts'
import type { CutoffScope } from '../scopes/scopes.ts'
import type { Plan, Snapshot } from '../store/conditional-write.ts'
import {
  advanceCutoff,
  type CutoffChange,
  cutoffRecord,
  fillEpochs,
} from '../transitions/cutoff.ts'
import { makeRoot, maxLifetimeOf } from '../transitions/root.ts'
import type { Revoked } from '../types/results.ts'

/** A scope's cutoff, by its key. */
export interface CutoffTarget {
  readonly scope: CutoffScope
  readonly key: string
  /** Of a session: the key of its record. */
  readonly sessionKey?: string | undefined
  readonly subject?: string | undefined
  readonly client?: string | undefined
}

export type CutoffRequest = Omit<CutoffChange, 'epoch'>

/** One call's raise, over as many reads and writes as it takes. */
export class CutoffUpdate {
  readonly #context: Context
  readonly #target: CutoffTarget
  readonly #request: CutoffRequest
  /** What stood there after the call began; a new epoch since then is another's raise. */
  #seen: Cutoff | null = null

  constructor(context: Context, target: CutoffTarget, request: CutoffRequest) {
    this.#context = context
    this.#target = target
    this.#request = request
  }

  plan(seen: Snapshot): Plan<Revoked> {
    const { scope, key } = this.#target
    const root = requireRoot(this.#context, seen)
    if (root === 'corrupt' && scope !== 'global') throw corruptRoot()
    const stored = seen.get(key) ?? null
    const found = scope === 'global' ? root : decodeCutoff(stored)
    const maxLifetime =
      root && root !== 'corrupt' ? maxLifetimeOf(root.body) : this.#context.policy.maxLifetime
    if (found === 'corrupt') return this.#replace(stored, maxLifetime)
    return this.#advance(found, seen, maxLifetime)
  }

  #advance(found: Loaded<Cutoff> | null, seen: Snapshot, maxLifetime: number): Plan<Revoked> {
    const { policy, rootOwner } = this.#context
    const { scope, key } = this.#target
    const current = found?.body ?? {}
    // A miss of a store that forgets proves nothing: what is found there next may be older than this call.
    if (found !== null || !policy.missingMeansRefused) this.#seen ??= current
    // Read before each send: what is dead is what was issued up to the send that succeeds.
    const at = policy.clock()
    const raised = advanceCutoff(
      current,
      this.#seen ?? current,
      { ...this.#request, epoch: randomId() },
      at,
    )
    if (raised !== null) {
      const body = policy.missingMeansRefused ? fillEpochs(raised) : raised
      const record =
        found === null && scope === 'global'
          ? makeRoot(rootOwner, maxLifetime, at, body)
          : cutoffRecord(key, found, body, this.#retainUntil(seen, at, maxLifetime))
      return this.#send(record, found?.record ?? null, body)
    }
    const retainUntil = this.#retainUntil(seen, this.#request.invokedAt, maxLifetime)
    if (found === null || found.record.retainUntil >= retainUntil)
      return { done: this.#answer(current) }
    return this.#send(nextRecord(found, current, { retainUntil }), found.record, current)
  }

  /** A revoke-now is stronger than whatever a corrupt cutoff may have held, so it replaces it. */
  #replace(corrupt: StoredRecord | null, maxLifetime: number): Plan<Revoked> {
    const { policy, rootOwner } = this.#context
    const { scope, key } = this.#target
    if (this.#request.kind !== 'now')
      throw scope === 'global' ? corruptRoot() : corruptCutoff(scope)
    this.#seen ??= {}
    const at = policy.clock()
    const body = fillEpochs(
      advanceCutoff({}, {}, { ...this.#request, epoch: randomId() }, at) ?? {},
    )
    const until = Math.max(corrupt?.retainUntil ?? 0, this.#retainUntil(null, at, maxLifetime))
    const record =
      scope === 'global'
        ? makeRoot(rootOwner, maxLifetime, at, body)
        : cutoffRecord(key, null, body, until)
    return this.#send(record, corrupt, body)
  }

  /** A session's cutoff is kept at least as long as its record: a list must not show it as active again. */
  #retainUntil(seen: Snapshot | null, at: number, maxLifetime: number): number {
    const { policy } = this.#context
    const { scope, sessionKey } = this.#target
    const retainUntil = retainCutoff(policy, at, maxLifetime)
    if (scope !== 'session') return retainUntil
    const session = sessionKey === undefined ? null : seen?.get(sessionKey)
    const until = session?.retainUntil ?? retainToken(policy, at + policy.session)
    return Math.max(retainUntil, until)
  }

  #send(record: StoredRecord, stored: StoredRecord | null, body: Cutoff): Plan<Revoked> {
    return { write: { record, expected: stored?.etag ?? null }, onStored: () => this.#answer(body) }
  }

  #answer(body: Cutoff): Revoked {
    const { kind, id, invokedAt } = this.#request
    const info =
      kind === 'access' && body.accessEpoch !== undefined
        ? (body.accessRevoked ?? body.revoked)
        : body.revoked
    const { at = invokedAt, note } = revocationFields(info)
    const first = info?.id === id
    return { revoked: true, target: this.#target.scope, at, first, ...(note && { note }) }
  }
}

function corruptCutoff(scope: CutoffScope): StoreUnavailable {
  return new StoreUnavailable(
    `The cutoff of the ${scope} is corrupt: revoke that scope now, without 'before' and 'only', to replace it.`,
  )
}
