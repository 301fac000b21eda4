/** What a command may use of the world beside its arguments. */
export interface Io {
  /** Where it was called. */
  readonly folder: string
  /** All of standard input, without the blanks around it. */
  readonly readInput: () => Promise<string>
  /** Keeps a secret out of the messages of others, which are printed where something fails. */
  readonly hide: (secret: string) => void
  /** Shows how far the work is, beside the answer. */
  readonly progress: ProgressDisplay
}

export interface ProgressDisplay {
  /** On a terminal the next line replaces this one; elsewhere each is a line of its own. */
  readonly isTerminal: boolean
  readonly show: (line: string) => void
}
