import type { OpenedStore } from './inside/opened-store.ts'
import type { Outcome } from './inside/run-cases.ts'

/** What one run in one runtime printed. */
export interface RunResult {
  /** What the repository reported when it was opened; absent: it was not. */
  readonly store?: OpenedStore
  readonly outcomes: readonly Outcome[]
  /** Why it ended early; empty: it ended by itself. */
  readonly problem: string
}

export function resultOf(output: string, problem: string): RunResult {
  const outcomes = linesOf<Outcome>(output, 'case ')
  const [store] = linesOf<OpenedStore>(output, 'store ')
  return { ...(store && { store }), outcomes, problem }
}

function linesOf<T>(output: string, prefix: string): T[] {
  const lines = output.split('\n').filter((line) => line.startsWith(`${prefix}{`))
  return lines.map((line) => JSON.parse(line.slice(prefix.length)) as T)
}
