import { batches } from './batches.ts'
import { caches } from './cache.ts'
import { claiming } from './capabilities.ts'
import { comparing } from './compare-and-set.ts'
import { crossing } from './crossed-namespaces.ts'
import { disconnected } from './disconnected.ts'
import { storing } from './fields.ts'
import { freshness } from './freshness.ts'
import type { KnownBadAdapter } from './known-bad-adapter.ts'
import { living } from './lifecycle.ts'
import { listing } from './listing.ts'
import { perProcess } from './per-process.ts'
import { pruning } from './pruning.ts'
import { answering } from './replies.ts'
import { retaining } from './retention.ts'

/** Adapters with one defect each. */
export const knownBadAdapters: readonly KnownBadAdapter[] = [
  ...comparing,
  ...batches,
  ...caches,
  ...freshness,
  ...perProcess,
  ...storing,
  ...crossing,
  ...retaining,
  ...pruning,
  ...listing,
  ...living,
  ...answering,
  ...claiming,
  ...disconnected,
]

export function knownBadAdapterNamed(name: string): KnownBadAdapter {
  const found = knownBadAdapters.find((bad) => bad.name === name)
  if (found) return found
  throw new RangeError(`there is no known-bad adapter ${name}`)
}
