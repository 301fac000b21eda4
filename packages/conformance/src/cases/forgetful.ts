// The cases about stores that may forget.
import type { Case } from '../suite/case.ts'
import { evictAnywhere } from './engine/evict-anywhere.ts'
import { retentionChanged } from './engine/retention-changed.ts'
import { revokeIsHeard } from './engine/revoke-is-heard.ts'

export { cutoffOutlived } from './engine/cutoff-outlived.ts'
export { evictPressure } from './engine/evict-pressure.ts'
export { lateInsert } from './engine/late-insert.ts'
export { restartLossy } from './engine/restart-lossy.ts'

/** Those that are no rows of the plan. */
export const additions: readonly Case[] = [evictAnywhere, revokeIsHeard, retentionChanged]
