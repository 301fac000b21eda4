import type { Outcome } from './inside/run-cases.ts'

/** What one run in one runtime printed. */
export interface RunResult {
  readonly outcomes: readonly Outcome[]
  /** Why it ended early; empty: it ended by itself. */
  readonly problem: string
}

export function resultOf(output: string, problem: string): RunResult {
  const lines = output.split('\n').filter((line) => line.startsWith('case '))
  const outcomes = lines.map((line) => JSON.parse(line.slice('case '.length)) as Outcome)
  return { outcomes, problem }
}
