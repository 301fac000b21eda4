import type { StoredRecord } from '../adapter/contract.ts'
import { StoreUnavailable } from '../errors.ts'
import type { Loaded } from '../records/body.ts'
import type { Cutoff } from '../records/cutoff.ts'
import { makeRecord, nextRecord } from '../records/make-record.ts'
import { FOREVER, FORMAT, type Root } from '../records/root.ts'
import { randomId } from '../scopes/random.ts'

/** What a root record contains about the instance that created it. */
export interface RootOwner {
  readonly key: string
  readonly pepperCheck: string
  /** The key of the issuer's cutoff. */
  readonly issuer: string | undefined
}

/**
 * A new root record, which revokes all tokens that were issued before it. A root record that was lost and
 * is created again therefore makes no revoked token valid.
 */
export function makeRoot(
  { key, pepperCheck, issuer }: RootOwner,
  maxLifetime: number,
  at: number,
  cutoff: Cutoff = {},
): StoredRecord {
  const body: Root = {
    format: FORMAT,
    pepperCheck,
    ...(issuer !== undefined && { issuer }),
    maxLifetimes: [{ since: 0, ms: maxLifetime }],
    epoch: randomId(),
    accessEpoch: randomId(),
    externalBefore: at,
    revoked: { at, reason: 'the root record was created' },
    ...cutoff,
  }
  const times = { createdAt: at, expiresAt: FOREVER, retainUntil: FOREVER }
  return makeRecord({ key, kind: 'root', state: 'active', groups: [], ...times }, body)
}

/** Allows a longer lifetime, for tokens that are issued from now on. */
export function raiseMaxLifetime(found: Loaded<Root>, ms: number, at: number): StoredRecord {
  return nextRecord(found, {
    ...found.body,
    maxLifetimes: [...found.body.maxLifetimes, { since: at, ms }],
  })
}

export function setSealingKeys(
  found: Loaded<Root>,
  sealingKeys: NonNullable<Root['sealingKeys']>,
): StoredRecord {
  return nextRecord(found, { ...found.body, sealingKeys } satisfies Root)
}

export function maxLifetimeOf(root: Root): number {
  return Math.max(...root.maxLifetimes.map(({ ms }) => ms))
}

/** Whether the root record was created for an evicting store: some of its cutoffs may be missing. */
export function wasEvicting(root: Root): boolean {
  return maxLifetimeOf(root) >= FOREVER
}

/** The error of a call that needs a root record which can be decoded. */
export function corruptRoot(): StoreUnavailable {
  return new StoreUnavailable(
    'The root record is corrupt, so every token is refused. To replace it, and revoke all tokens that were issued before, run prepare(), `tokenward migrate` or revoke({ everything: true }).',
  )
}
