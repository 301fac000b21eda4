/** One line that a promise hangs on, and the case of the suite that must notice when it is gone. */
export interface Guard {
  /** The case's name in the conformance suite. */
  readonly case: string
  /** Below `packages/`. */
  readonly file: string
  readonly find: string
  readonly replace: string
}
