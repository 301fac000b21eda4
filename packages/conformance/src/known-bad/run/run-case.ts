import type { Environment } from '../../harness/environment.ts'
import { fairTimeout } from '../../harness/timeouts.ts'
import { isPlanned, type SuiteEntry } from '../../suite/case.ts'
import { type CaseResult, notRun, type RunMode, runCaseOn } from '../../suite/result.ts'

/**
 * ms. A known-bad may hang, and a case that does not end has not passed. Recovery alone may take five
 * seconds and two deadlines, and a case may wait for several.
 */
export const CASE_TIMEOUT_MS = 20_000
/** ms, for a correct environment. */
export const HEALTHY_TIMEOUT_MS = 120_000

/** The reason of a case that did not end in time. */
export const UNFINISHED = 'it did not finish'

/** Runs one case, and always resolves. */
export async function runWithTimeout(
  entry: SuiteEntry,
  environment: Environment,
  mode: RunMode,
  timeoutMs: number,
): Promise<CaseResult> {
  if (isPlanned(entry)) return notRun(entry, entry.notRun)
  const late = Promise.withResolvers<CaseResult>()
  const unfinished = { ...notRun(entry, UNFINISHED), status: 'failed' as const }
  fairTimeout(timeoutMs).addEventListener('abort', () => late.resolve(unfinished))
  return await Promise.race([
    runCaseOn(entry, environment, mode).then(({ result }) => result),
    late.promise,
  ])
}
