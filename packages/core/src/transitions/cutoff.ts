import { randomId } from '../naming/random.ts'
import { makeRecord, nextRecord, type Read } from '../records/body.ts'
import type { Cutoff, Stamp } from '../records/cutoff.ts'
import type { StoredRecord } from '../repository/contract.ts'

/** What a call wants of a cutoff; the same over its repetitions, but for the epoch. */
export interface Raise {
  readonly kind: 'now' | 'access' | 'before'
  /** The call's own mark. */
  readonly id: string
  /** Random at every attempt: what was sent before may have been replaced, and forgotten since. */
  readonly epoch: string
  /** When the call began, epoch ms: what a concurrent raise must reach to cover this one. */
  readonly invokedAt: number
  /** For `before`. */
  readonly before?: number
  readonly note: Omit<Stamp, 'at' | 'id'>
  /** Tokens and sessions keep the first revocation's stamp, wider scopes the latest's. */
  readonly keepsFirst: boolean
}

/**
 * The cutoff after a raise at `at`, or `null` where others' raises since `seen` cover it. A new
 * epoch covers both kinds of "now", a new access epoch only `access`; maxima are always merged.
 */
export function raise(current: Cutoff, seen: Cutoff, ask: Raise, at: number): Cutoff | null {
  const stamp: Stamp = { at, ...ask.note, id: ask.id }
  const revoked = ask.keepsFirst && current.revoked ? current.revoked : stamp
  const epochStands = !isNew(current.epoch, seen.epoch)
  const next: Cutoff = { ...current }
  if (ask.kind === 'now' && epochStands) Object.assign(next, { epoch: ask.epoch, revoked })
  if (ask.kind === 'access' && epochStands && !isNew(current.accessEpoch, seen.accessEpoch)) {
    Object.assign(next, { accessEpoch: ask.epoch, accessRevoked: stamp })
  }
  if (ask.kind === 'before') {
    if ((ask.before ?? 0) <= (current.notBefore ?? -1)) return null
    return { ...next, notBefore: ask.before, revoked }
  }
  if ((current.externalBefore ?? -1) < ask.invokedAt) {
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
export function withEpochs(cutoff: Cutoff): Cutoff {
  return { epoch: randomId(), accessEpoch: randomId(), ...cutoff }
}

/** The record of a raised cutoff; its own expiry means nothing, so it is that of the record. */
export function cutoffRecord(
  key: string,
  found: Read<Cutoff> | null,
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
