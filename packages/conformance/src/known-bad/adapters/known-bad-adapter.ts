import type { TokenRepository } from '@tokenward/core'
import type { CallerOwned } from '../../harness/server-handle.ts'

/** A correct repository with one defect, and the case that must fail. */
export interface KnownBadAdapter {
  readonly name: string
  readonly level: 'adapter'
  /** The defect. */
  readonly mutation: string
  readonly caughtBy: string
  /** What the failure must match: a failure for another reason proves nothing. */
  readonly failureMatches: RegExp
  /** Adds the defect to any correct repository. Those of one namespace share the state of the defect. */
  wrap(inner: TokenRepository): TokenRepository
  /** Adds the defect to the `callerOwned` of the server handle; without it, `wrap` does. */
  wrapOwned?(owned: CallerOwned): CallerOwned
}

export type Broken = Omit<KnownBadAdapter, 'name' | 'level'>

/** Turns a table by name into a list. */
export function defineAdapters(
  table: Readonly<Record<string, Broken>>,
): readonly KnownBadAdapter[] {
  return Object.entries(table).map(([name, broken]) => ({ name, level: 'adapter', ...broken }))
}
