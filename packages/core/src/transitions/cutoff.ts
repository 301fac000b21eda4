import type { StoredRecord } from '../adapter/contract.ts'
import { type Loaded, makeRecord, nextRecord } from '../records/body.ts'
import type { Cutoff, RevocationInfo } from '../records/cutoff.ts'
import { randomId } from '../scopes/random.ts'

/** What a call wants of a cutoff; the same over its repetitions, but for the epoch. */
export interface CutoffChange {
  readonly kind: 'now' | 'access' | 'before'
  /** The call's own mark. */
  readonly id: string
  /** Random at every attempt: what was sent before may have been replaced, and forgotten since. */
  readonly epoch: string
  /** When the call began, epoch ms: what a concurrent raise must reach to cover this one. */
  readonly invokedAt: number
  /** For `before`. */
  readonly before?: number
  readonly note: Omit<RevocationInfo, 'at' | 'id'>
  /** Tokens and sessions keep the first revocation's stamp, wider scopes the latest's. */
  readonly keepsFirst: boolean
}

/**
 * The cutoff after a raise at `at`, or `null` where others' raises since `seen` cover it. A new
 * epoch covers both kinds of "now", a new access epoch only `access`; maxima are always merged.
 */
export function advanceCutoff(
  current: Cutoff,
  seen: Cutoff,
  request: CutoffChange,
  at: number,
): Cutoff | null {
  const info: RevocationInfo = { at, ...request.note, id: request.id }
  const revoked = request.keepsFirst && current.revoked ? current.revoked : info
  const epochStands = !isNew(current.epoch, seen.epoch)
  const next: Cutoff = { ...current }
  if (request.kind === 'now' && epochStands) Object.assign(next, { epoch: request.epoch, revoked })
  if (request.kind === 'access' && epochStands && !isNew(current.accessEpoch, seen.accessEpoch)) {
    Object.assign(next, { accessEpoch: request.epoch, accessRevoked: info })
  }
  if (request.kind === 'before') {
    if ((request.before ?? 0) <= (current.notBefore ?? -1)) return null
    return { ...next, notBefore: request.before, revoked }
  }
  if ((current.externalBefore ?? -1) < request.invokedAt) {
    next.externalBefore = Math.max(current.externalBefore ?? 0, at)
  }
  const same = next.epoch === current.epoch && next.accessEpoch === current.accessEpoch
  return same && next.externalBefore === current.externalBefore ? null : next
}

// One that is gone was pruned: nobody raised anything.
function isNew(epoch: string | undefined, seen: string | undefined): boolean {
  return epoch !== undefined && epoch !== seen
}

/** With both epochs: where an absent one refuses, none may be. */
export function fillEpochs(cutoff: Cutoff): Cutoff {
  return { epoch: randomId(), accessEpoch: randomId(), ...cutoff }
}

/** The record of a raised cutoff; its own expiry means nothing, so it is that of the record. */
export function cutoffRecord(
  key: string,
  found: Loaded<Cutoff> | null,
  body: Cutoff,
  retainUntil: number,
): StoredRecord {
  if (found !== null) return nextRecord(found, body, { retainUntil })
  const fields = {
    key,
    kind: 'cutoff',
    state: 'active',
    expiresAt: retainUntil,
    groups: [],
  } as const
  return makeRecord({ ...fields, retainUntil }, body)
}
