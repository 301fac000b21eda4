/** One place in core where a guard is taken out; `find` stands in the file exactly once. */
export interface Patch {
  /** Below core's `dist/`: `decision/decide.js`. */
  readonly file: string
  readonly find: string
  readonly replace: string
}

/** Core with one guard taken out, and the case that must notice. */
export interface KnownBadEngine {
  readonly name: string
  readonly level: 'engine'
  /** What is wrong with it. */
  readonly mutation: string
  readonly caughtBy: string
  /** What the failure must say: failing by accident proves nothing. */
  readonly failureMatches: RegExp
  readonly patches: readonly Patch[]
  /** It fills the memory: nothing but its named case is tried on it. */
  readonly alone?: true
}

export type Broken = Omit<KnownBadEngine, 'name' | 'level'>

/** A table of them by name, as a list. */
export function defineEngines(table: Readonly<Record<string, Broken>>): readonly KnownBadEngine[] {
  return Object.entries(table).map(([name, broken]) => ({ name, level: 'engine', ...broken }))
}
