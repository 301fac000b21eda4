import { answers } from './answers.ts'
import { callerInput } from './caller-input.ts'
import { cutoffRetention } from './cutoff-retention.ts'
import { data } from './data.ts'
import { decisions } from './decisions.ts'
import { epochs } from './epochs.ts'
import { evictingEngines } from './evicting-stores.ts'
import { identity } from './identity.ts'
import { inputAndKeys } from './input-and-keys.ts'
import type { KnownBadEngine } from './known-bad-engine.ts'
import { leaseEngines } from './leases.ts'
import { lostRaces } from './lost-races.ts'
import { messages } from './messages.ts'
import { recovery } from './recovery.ts'
import { revocations } from './revocations.ts'
import { sealing } from './sealing.ts'
import { sealingKeys } from './sealing-keys.ts'
import { sessionPages } from './session-pages.ts'
import { storeReplies } from './store-replies.ts'
import { storedData } from './stored-data.ts'
import { subjects } from './subjects.ts'

/** Cores with one mutation each. */
export const knownBadEngines: readonly KnownBadEngine[] = [
  ...decisions,
  ...storeReplies,
  ...epochs,
  ...revocations,
  ...lostRaces,
  ...inputAndKeys,
  ...evictingEngines,
  ...callerInput,
  ...recovery,
  ...sealing,
  ...storedData,
  ...sealingKeys,
  ...sessionPages,
  ...data,
  ...subjects,
  ...leaseEngines,
  ...messages,
  ...cutoffRetention,
  ...identity,
  ...answers,
]
