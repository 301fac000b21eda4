import type { SameOnStore } from './summary.ts'

/** Known-bads whose defect a store does not have, though their case runs on it. */
export const sameOnThisStore: Readonly<Record<string, SameOnStore>> = {}
