import type { Context } from '../context.ts'
import { isUsable } from '../records/body.ts'
import { decodeRoot } from '../records/root.ts'
import type { Snapshot } from '../store/store.ts'
import type { Revoked } from '../types/results.ts'
import { longestLease, MAX_LEASE_MS, marginOf } from './leases.ts'

/**
 * Waits until no instance uses a record any more that it read before the write which was just acknowledged.
 * @param seen with the root record, as the call read it before that write
 * @returns how long it waited, in ms
 */
export async function untilLeasesEnd(context: Context, seen: Snapshot): Promise<number> {
  const lease = leaseOf(context, seen)
  if (lease === 0) return 0
  const ms = Math.ceil(lease + marginOf(lease))
  const began = performance.now()
  for (let waited = 0; waited < ms; waited = performance.now() - began)
    await new Promise((resolve) => setTimeout(resolve, ms - waited))
  return ms
}

/** The revocation, once the leases have ended, with how long that took. */
export async function afterLeases(
  context: Context,
  seen: Snapshot,
  revoked: Revoked,
): Promise<Revoked> {
  const waited = await untilLeasesEnd(context, seen)
  return waited > 0 ? { ...revoked, waited } : revoked
}

function leaseOf({ policy, keyDeriver }: Context, seen: Snapshot): number {
  // On an evicting store no instance has a lease.
  if (policy.missingMeansRefused) return 0
  const root = decodeRoot(seen.get(keyDeriver.root) ?? null)
  return isUsable(root) ? longestLease(root.body, policy.clock()) : MAX_LEASE_MS
}
