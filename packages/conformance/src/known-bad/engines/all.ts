import { trusting } from './caller-input.ts'
import { verdicts } from './decisions.ts'
import { births } from './epochs.ts'
import { evictingEngines } from './evicting-stores.ts'
import { boundary } from './input-and-keys.ts'
import type { KnownBadEngine } from './known-bad-engine.ts'
import { winners } from './lost-races.ts'
import { recovering } from './recovery.ts'
import { revocations } from './revocations.ts'
import { evidences } from './store-replies.ts'

/** Cores with one mutation each. */
export const knownBadEngines: readonly KnownBadEngine[] = [
  ...verdicts,
  ...evidences,
  ...births,
  ...revocations,
  ...winners,
  ...boundary,
  ...evictingEngines,
  ...trusting,
  ...recovering,
]
