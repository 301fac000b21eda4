/** How many tests passed, failed and were skipped. */
export interface Totals {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export const NO_TESTS: Totals = { passed: 0, failed: 0, skipped: 0 }
export const ONE_PASSED: Totals = { passed: 1, failed: 0, skipped: 0 }
export const ONE_FAILED: Totals = { passed: 0, failed: 1, skipped: 0 }

export function sum(all: readonly Totals[]): Totals {
  return all.reduce(
    (total, each) => ({
      passed: total.passed + each.passed,
      failed: total.failed + each.failed,
      skipped: total.skipped + each.skipped,
    }),
    NO_TESTS,
  )
}

/** The last line of every run. */
export function totalsLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
