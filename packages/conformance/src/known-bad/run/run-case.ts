import type { Stage } from '../../harness/environment.ts'
import { fairTimeout } from '../../harness/timeouts.ts'
import { type Entry, isPlanned } from '../../suite/case.ts'
import { judge, type Mode, notRun, type Outcome } from '../../suite/result.ts'

/**
 * ms: what is broken may hang, and a case that does not end has not passed. Recovery alone may take
 * five seconds and two deadlines.
 */
export const PATIENCE = 10_000
/** With what is right. */
export const LONG_PATIENCE = 120_000

/** The reason of a case that ran out of it. */
export const UNFINISHED = 'it did not finish'

/** Judges one case, whatever becomes of it. */
export async function tryCase(
  entry: Entry,
  stage: Stage,
  mode: Mode,
  patience: number,
): Promise<Outcome> {
  if (isPlanned(entry)) return notRun(entry, entry.notRun)
  const late = Promise.withResolvers<Outcome>()
  const unfinished = { ...notRun(entry, UNFINISHED), status: 'failed' as const }
  fairTimeout(patience).addEventListener('abort', () => late.resolve(unfinished))
  return await Promise.race([judge(entry, stage, mode).then((j) => j.outcome), late.promise])
}
