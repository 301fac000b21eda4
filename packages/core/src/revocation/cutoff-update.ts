import type { StoredRecord } from '../adapter/contract.ts'
import type { Context } from '../context.ts'
import { requireRoot } from '../decision/collect.ts'
import { latest } from '../decision/decide.ts'
import { revocationFields } from '../decision/outcome.ts'
import { StoreUnavailable } from '../errors.ts'
import { retainCutoff, retainToken } from '../policy/policy.ts'
import { isUsable, type Loaded } from '../records/body.ts'
import { type Cutoff, decodeCutoff, type RevocationInfo } from '../records/cutoff.ts'
import { nextRecord } from '../records/make-record.ts'
import { randomId } from '../scopes/random.ts'
import type { CutoffScope } from '../scopes/scopes.ts'
import type { Plan } from '../store/conditional-write.ts'
import type { Snapshot } from '../store/store.ts'
import {
  advanceCutoff,
  type CutoffChange,
  cutoffRecord,
  fillEpochs,
} from '../transitions/cutoff.ts'
import { corruptRoot, makeRoot, maxLifetimeOf } from '../transitions/root.ts'
import type { Revoked } from '../types/results.ts'
import type { RevocationNote } from '../types/revoke-options.ts'

/** The cutoff of a scope, by its key. */
export interface CutoffTarget {
  readonly scope: CutoffScope
  readonly key: string
  /** With the scope `session`: the key of the session's record. */
  readonly sessionKey?: string | undefined
  readonly subject?: string | undefined
  readonly client?: string | undefined
}

export interface CutoffRequest extends Omit<CutoffChange, 'epoch'> {
  /** The note for the result; `note` may be sealed. */
  readonly shownNote: RevocationNote
}

/** The revocation of a scope by one call, over as many reads and writes as it takes. */
export class CutoffUpdate {
  readonly #context: Context
  readonly #target: CutoffTarget
  readonly #request: CutoffRequest
  /** The cutoff when this call first read it. A new epoch since then is the revocation of another call. */
  #firstSeen: Cutoff | null = null

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
    const maxLifetime = isUsable(root) ? maxLifetimeOf(root.body) : this.#context.policy.maxLifetime
    if (found === 'corrupt') return this.#replace(stored, maxLifetime)
    return this.#advance(found, seen, maxLifetime)
  }

  #advance(found: Loaded<Cutoff> | null, seen: Snapshot, maxLifetime: number): Plan<Revoked> {
    const { policy, rootOwner } = this.#context
    const { scope, key } = this.#target
    const current = found?.body ?? {}
    // On an evicting store a missing cutoff proves nothing: the next read may find one that is older than
    // this call.
    if (found !== null || !policy.missingMeansRefused) this.#firstSeen ??= current
    // Read before each write: everything that was issued up to the write that succeeds is revoked.
    const at = policy.clock()
    const advanced = advanceCutoff(
      current,
      this.#firstSeen ?? current,
      { ...this.#request, epoch: randomId() },
      at,
    )
    if (advanced !== null) {
      const body = policy.missingMeansRefused ? fillEpochs(advanced) : advanced
      const record =
        found === null && scope === 'global'
          ? makeRoot(rootOwner, { ...policy, maxLifetime }, at, body)
          : cutoffRecord(key, found, body, at, this.#retainUntil(seen, at, maxLifetime))
      return this.#write(record, found?.record ?? null, body)
    }
    const retainUntil = this.#retainUntil(seen, this.#request.invokedAt, maxLifetime)
    if (found === null || found.record.retainUntil >= retainUntil)
      return { done: this.#result(current) }
    return this.#write(nextRecord(found, current, { retainUntil }), found.record, current)
  }

  /** To revoke everything is stronger than whatever the corrupt cutoff contained, so it may replace it. */
  #replace(corrupt: StoredRecord | null, maxLifetime: number): Plan<Revoked> {
    const { policy, rootOwner } = this.#context
    const { scope, key } = this.#target
    if (this.#request.kind !== 'now')
      throw scope === 'global' ? corruptRoot() : corruptCutoff(scope)
    this.#firstSeen ??= {}
    const at = policy.clock()
    const body = fillEpochs(
      advanceCutoff({}, {}, { ...this.#request, epoch: randomId() }, at) ?? {},
    )
    const retainUntil = Math.max(
      corrupt?.retainUntil ?? 0,
      this.#retainUntil(null, at, maxLifetime),
    )
    const record =
      scope === 'global'
        ? makeRoot(rootOwner, { ...policy, maxLifetime }, at, body)
        : cutoffRecord(key, null, body, at, retainUntil)
    return this.#write(record, corrupt, body)
  }

  /** A session's cutoff is retained as long as its record: list() must not show it as active again. */
  #retainUntil(seen: Snapshot | null, at: number, maxLifetime: number): number {
    const { policy } = this.#context
    const { scope, sessionKey } = this.#target
    const retainUntil = retainCutoff(policy, at, maxLifetime)
    if (scope !== 'session') return retainUntil
    const session = sessionKey === undefined ? null : seen?.get(sessionKey)
    const sessionUntil = session?.retainUntil ?? retainToken(policy, at + policy.session)
    return Math.max(retainUntil, sessionUntil)
  }

  #write(record: StoredRecord, stored: StoredRecord | null, body: Cutoff): Plan<Revoked> {
    return { write: { record, expected: stored?.etag ?? null }, onStored: () => this.#result(body) }
  }

  #result(body: Cutoff): Revoked {
    const { id, invokedAt, shownNote } = this.#request
    const info = this.#infoOf(body)
    const first = info?.id === id
    const { at = invokedAt, note } = revocationFields(first ? { ...info, ...shownNote } : info)
    return { revoked: true, target: this.#target.scope, at, first, ...(note && { note }) }
  }

  /** The revocation by this call or, if others cover it, the latest of those. */
  #infoOf({ revoked, accessRevoked }: Cutoff): RevocationInfo | undefined {
    const { kind, id } = this.#request
    if (kind !== 'access') return revoked
    return accessRevoked?.id === id ? accessRevoked : latest(accessRevoked, revoked)
  }
}

function corruptCutoff(scope: CutoffScope): StoreUnavailable {
  return new StoreUnavailable(
    `The cutoff of the ${scope} is corrupt: to replace it, revoke that scope without 'before' and 'only'.`,
  )
}
