import type { StoredRecord } from '../adapter/contract.ts'
import { StoreUnavailable } from '../errors.ts'
import { preparedLease, withLease } from '../lease/leases.ts'
import type { Policy } from '../policy/policy.ts'
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

/** What a root record allows, in ms. */
export type RootLimits = Pick<Policy, 'maxLifetime' | 'lease'>

/**
 * A new root record, which revokes all tokens that were issued before it. A root record that was lost and
 * is created again therefore makes no revoked token valid.
 */
export function makeRoot(
  { key, pepperCheck, issuer }: RootOwner,
  { maxLifetime, lease }: RootLimits,
  at: number,
  cutoff: Cutoff = {},
): StoredRecord {
  const body: Root = {
    format: FORMAT,
    pepperCheck,
    ...(issuer !== undefined && { issuer }),
    maxLifetimes: [{ since: 0, ms: maxLifetime }],
    ...(lease !== null && lease > 0 && { leases: [{ since: 0, ms: lease }] }),
    epoch: randomId(),
    accessEpoch: randomId(),
    externalBefore: at,
    revoked: { at, reason: 'the root record was created' },
    ...cutoff,
  }
  const times = { createdAt: at, expiresAt: FOREVER, retainUntil: FOREVER }
  return makeRecord({ key, kind: 'root', state: 'active', groups: [], ...times }, body)
}

/** Allows a longer lifetime, for tokens that are issued from now on, and another lease. */
export function changeLimits(
  found: Loaded<Root>,
  { maxLifetime, lease }: RootLimits,
  at: number,
): StoredRecord {
  const { body } = found
  const isRaised = maxLifetimeOf(body) < maxLifetime
  return nextRecord(found, {
    ...body,
    ...(isRaised && { maxLifetimes: [...body.maxLifetimes, { since: at, ms: maxLifetime }] }),
    ...(lease !== null && lease !== preparedLease(body) && { leases: withLease(body, lease, at) }),
  } satisfies Root)
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
