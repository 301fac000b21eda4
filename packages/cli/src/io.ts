/** What a command may use of its environment, besides its arguments. */
export interface Io {
  /** The current working directory. */
  readonly cwd: string
  /** Reads all of standard input, trimmed. */
  readonly readStdin: () => Promise<string>
  /** Keeps a secret out of everything that is printed from here on. */
  readonly redact: (secret: string) => void
  readonly progress: ProgressDisplay
}

/** Shows on stderr how far a command is. */
export interface ProgressDisplay {
  /** On a terminal, each line replaces the one before; elsewhere, each is printed below it. */
  readonly isTerminal: boolean
  readonly show: (line: string) => void
}
