import { answering } from './answering.ts'
import { batches } from './batches.ts'
import { caches } from './caching.ts'
import { claiming } from './claiming.ts'
import { comparing } from './comparing.ts'
import { crossing } from './crossing.ts'
import { disconnected } from './disconnected.ts'
import { freshness } from './freshness.ts'
import type { KnownBadAdapter } from './known-bad-adapter.ts'
import { listing } from './listing.ts'
import { living } from './living.ts'
import { perProcess } from './per-process.ts'
import { pruning } from './pruning.ts'
import { retaining } from './retaining.ts'
import { sessions } from './sessions.ts'
import { storing } from './storing.ts'

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
  ...sessions,
  ...answering,
  ...claiming,
  ...disconnected,
]

export function knownBadAdapterNamed(name: string): KnownBadAdapter {
  const found = knownBadAdapters.find((bad) => bad.name === name)
  if (found) return found
  throw new RangeError(`there is no known-bad adapter ${name}`)
}
