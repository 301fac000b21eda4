import type { StoredRecord } from '../adapter/contract.ts'
import { type Loaded, makeRecord, nextRecord } from '../records/body.ts'
import type { Cutoff } from '../records/cutoff.ts'
import { FOREVER, FORMAT, type Root } from '../records/root.ts'
import { randomId } from '../scopes/random.ts'

/** Whose root it is. */
export interface RootOwner {
  readonly key: string
  /** By the pepper. */
  readonly pepperCheck: string
  /** The key of the issuer's cutoff; `undefined`: of no issuer. */
  readonly issuer: string | undefined
}

/**
 * A new world: fresh epochs, and nothing external that was issued before it. So a root that was lost
 * and is made again brings nothing back.
 */
export function makeRoot(
  { key, pepperCheck, issuer }: RootOwner,
  maxLifetime: number,
  at: number,
  raised: Cutoff = {},
): StoredRecord {
  const body: Root = {
    format: FORMAT,
    pepperCheck,
    ...(issuer !== undefined && { issuer }),
    maxLifetimes: [{ since: 0, ms: maxLifetime }],
    epoch: randomId(),
    accessEpoch: randomId(),
    externalBefore: at,
    revoked: { at, reason: 'the root record was made' },
    ...raised,
  }
  const fields = { key, kind: 'root', state: 'active', groups: [] } as const
  return makeRecord({ ...fields, expiresAt: FOREVER, retainUntil: FOREVER }, body)
}

/** Allows a longer lifetime, for tokens that are issued from now on. */
export function raiseMaxLifetime(found: Loaded<Root>, ms: number, at: number): StoredRecord {
  return nextRecord(found, {
    ...found.body,
    maxLifetimes: [...found.body.maxLifetimes, { since: at, ms }],
  })
}

export function maxLifetimeOf(root: Root): number {
  return Math.max(...root.maxLifetimes.map(({ ms }) => ms))
}

/** Of a store that could forget: cutoffs that were raised in its time may be gone. */
export function wasEvicting(root: Root): boolean {
  return maxLifetimeOf(root) >= FOREVER
}
