/** One place in core that is changed; `find` occurs in the file exactly once. */
export interface Patch {
  /** Relative to core's `dist/`: `decision/decide.js`. */
  readonly file: string
  readonly find: string
  readonly replace: string
}

/** Core with one mutation, and the case that must fail. */
export interface KnownBadEngine {
  readonly name: string
  readonly level: 'engine'
  /** The defect. */
  readonly mutation: string
  readonly caughtBy: string
  /** What the failure must match: a failure for another reason proves nothing. */
  readonly failureMatches: RegExp
  readonly patches: readonly Patch[]
  /** It fills the memory: no other case is run on it. */
  readonly alone?: true
}

export type Broken = Omit<KnownBadEngine, 'name' | 'level'>

/** Turns a table by name into a list. */
export function defineEngines(table: Readonly<Record<string, Broken>>): readonly KnownBadEngine[] {
  return Object.entries(table).map(([name, broken]) => ({ name, level: 'engine', ...broken }))
}
