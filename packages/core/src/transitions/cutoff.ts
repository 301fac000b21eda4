import type { StoredRecord } from '../adapter/contract.ts'
import type { Loaded } from '../records/body.ts'
import type { Cutoff, RevocationInfo } from '../records/cutoff.ts'
import { makeRecord, nextRecord } from '../records/make-record.ts'
import { randomId } from '../scopes/random.ts'

/** How a call changes a cutoff. All its attempts send the same, except for the epoch. */
export interface CutoffChange {
  readonly kind: 'now' | 'access' | 'before'
  /** The random id of the call. */
  readonly id: string
  /** Random for each attempt: an earlier one may have been stored, replaced and evicted. */
  readonly epoch: string
  /** When the call began, in ms since 1970: a concurrent revocation must reach it to cover this one. */
  readonly invokedAt: number
  /** With the kind `before`: the instant, in ms since 1970. */
  readonly before?: number
  readonly note: Omit<RevocationInfo, 'at' | 'id'>
  /** Sessions keep the time and note of their first revocation, wider scopes those of the latest. */
  readonly keepsFirst: boolean
}

/**
 * The cutoff after this change, or `null` if other changes since `seen` cover it already. A new epoch
 * covers the kinds `now` and `access`, a new access epoch only `access`. The instants are merged by their
 * maximum.
 * @param seen the cutoff when the call first read it
 * @param at ms since 1970
 */
export function advanceCutoff(
  current: Cutoff,
  seen: Cutoff,
  change: CutoffChange,
  at: number,
): Cutoff | null {
  const info: RevocationInfo = { at, ...change.note, id: change.id }
  const revoked = change.keepsFirst && current.revoked ? current.revoked : info
  const isEpochUnchanged = !isNew(current.epoch, seen.epoch)
  const next: Cutoff = { ...current }
  if (change.kind === 'now' && isEpochUnchanged)
    Object.assign(next, { epoch: change.epoch, revoked })
  if (
    change.kind === 'access' &&
    isEpochUnchanged &&
    !isNew(current.accessEpoch, seen.accessEpoch)
  ) {
    Object.assign(next, { accessEpoch: change.epoch, accessRevoked: info })
  }
  if (change.kind === 'before') {
    if ((change.before ?? 0) <= (current.notBefore ?? -1)) return null
    return { ...next, notBefore: change.before, revoked }
  }
  if ((current.externalBefore ?? -1) < change.invokedAt) {
    next.externalBefore = Math.max(current.externalBefore ?? 0, at)
  }
  const sameEpochs = next.epoch === current.epoch && next.accessEpoch === current.accessEpoch
  return sameEpochs && next.externalBefore === current.externalBefore ? null : next
}

// A missing epoch was pruned; that is no revocation.
function isNew(epoch: string | undefined, seen: string | undefined): boolean {
  return epoch !== undefined && epoch !== seen
}

/** Adds missing epochs, for stores where a missing epoch means refused. */
export function fillEpochs(cutoff: Cutoff): Cutoff {
  return { epoch: randomId(), accessEpoch: randomId(), ...cutoff }
}

/**
 * The next record of a cutoff. A cutoff does not expire, so `expiresAt` is when it may be pruned.
 * @param at in ms since 1970
 */
export function cutoffRecord(
  key: string,
  found: Loaded<Cutoff> | null,
  body: Cutoff,
  at: number,
  retainUntil: number,
): StoredRecord {
  if (found !== null) return nextRecord(found, body, { retainUntil })
  const times = { createdAt: at, expiresAt: retainUntil, retainUntil }
  return makeRecord({ key, kind: 'cutoff', state: 'active', groups: [], ...times }, body)
}
