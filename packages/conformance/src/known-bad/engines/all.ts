import { births } from './births.ts'
import { boundary } from './boundary.ts'
import { evidences } from './evidence.ts'
import { forgettings } from './forgetting.ts'
import type { KnownBadEngine } from './known-bad-engine.ts'
import { recovering } from './recovering.ts'
import { revocations } from './revocations.ts'
import { trusting } from './trusting.ts'
import { verdicts } from './verdicts.ts'
import { winners } from './winners.ts'

/** Cores with one guard taken out each. */
export const knownBadEngines: readonly KnownBadEngine[] = [
  ...verdicts,
  ...evidences,
  ...births,
  ...revocations,
  ...winners,
  ...boundary,
  ...forgettings,
  ...trusting,
  ...recovering,
]
