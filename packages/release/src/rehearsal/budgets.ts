import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** The most that a package may weigh, in kB (1,000 bytes). */
export interface Budget {
  /** Its tarball, compressed. */
  readonly tarball: number
  /** All that npm installs by the line in its README. */
  readonly install: number
}

const FILE = resolve(import.meta.dirname, '../../budgets.json')

type Budgets = Readonly<Record<string, Budget>>

export const budgets: Budgets = JSON.parse(readFileSync(FILE, 'utf8'))

/** The sizes above a budget. A package without a budget is a problem, too. */
export function overBudget(name: string, sizes: Budget, of: Budgets = budgets): readonly string[] {
  const budget = of[name]
  if (!budget) return [`${name} has no budget in budgets.json`]
  return (['tarball', 'install'] as const)
    .filter((what) => sizes[what] > budget[what])
    .map(
      (what) => `${name}: the ${what} has ${sizes[what]} kB, and its budget is ${budget[what]} kB`,
    )
}
