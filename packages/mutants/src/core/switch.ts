/** What the instrumented code reads and writes. */
interface Switch {
  activeMutant?: string | undefined
  currentTestId?: string | undefined
  hitCount?: number
  hitLimit?: number
  /** Counts the runs of tests: see `renewed-maps.ts`. */
  run?: number
  mutantCoverage?: typeof coverage
}
/** How often each mutant was reached. */
export type Hits = Record<string, number>

const shared = globalThis as { __stryker__?: Switch }
// The instrumented modules keep this object of counts, so it is never replaced.
export const coverage: { static: Hits; perTest: Record<string, Hits> } = {
  static: {},
  perTest: {},
}
shared.__stryker__ = { mutantCoverage: coverage }
export const chosen: Switch = shared.__stryker__
