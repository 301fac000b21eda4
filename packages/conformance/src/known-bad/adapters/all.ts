import { batches } from './batches.ts'
import { cache } from './cache.ts'
import { capabilities } from './capabilities.ts'
import { compareAndSet } from './compare-and-set.ts'
import { crossedNamespaces } from './crossed-namespaces.ts'
import { disconnected } from './disconnected.ts'
import { fields } from './fields.ts'
import { freshness } from './freshness.ts'
import type { KnownBadAdapter } from './known-bad-adapter.ts'
import { lifecycle } from './lifecycle.ts'
import { listing } from './listing.ts'
import { localTime } from './local-time.ts'
import { perProcess } from './per-process.ts'
import { pruning } from './pruning.ts'
import { replacements } from './replacements.ts'
import { replies } from './replies.ts'
import { retention } from './retention.ts'
import { sessions } from './sessions.ts'
import { deposed, stalls } from './stalls.ts'

/** Adapters with one defect each. */
export const knownBadAdapters: readonly KnownBadAdapter[] = [
  ...compareAndSet,
  ...replacements,
  ...batches,
  ...cache,
  ...freshness,
  ...perProcess,
  ...fields,
  ...localTime,
  ...crossedNamespaces,
  ...retention,
  ...pruning,
  ...listing,
  ...lifecycle,
  ...sessions,
  ...replies,
  ...capabilities,
  ...stalls,
  ...disconnected,
  ...deposed,
]
