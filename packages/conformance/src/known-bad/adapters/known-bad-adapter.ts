import type { TokenRepository } from '@tokenward/core'
import type { CallerOwned } from '../../harness/server-handle.ts'

/** A right repository with one thing broken, and the case that must notice. */
export interface KnownBadAdapter {
  readonly name: string
  readonly level: 'adapter'
  /** What is wrong with it. */
  readonly mutation: string
  readonly caughtBy: string
  /** What the failure must say: failing by accident proves nothing. */
  readonly failureMatches: RegExp
  /** Breaks any right repository. Those of one namespace share what the defect needs to remember. */
  wrap(inner: TokenRepository): TokenRepository
  /** Breaks what the server handle gives as `callerOwned`; without it, `wrap` does. */
  wrapOwned?(owned: CallerOwned): CallerOwned
}

export type Broken = Omit<KnownBadAdapter, 'name' | 'level'>

/** A table of them by name, as a list. */
export function defineAdapters(
  table: Readonly<Record<string, Broken>>,
): readonly KnownBadAdapter[] {
  return Object.entries(table).map(([name, broken]) => ({ name, level: 'adapter', ...broken }))
}
