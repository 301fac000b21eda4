import type { Readable } from 'node:stream'

/** What a command may use of its environment, besides its arguments. */
export interface Io {
  /** The current working directory. */
  readonly cwd: string
  /** Whether a person reads standard output. */
  readonly printsToTerminal: boolean
  /** Reads all of standard input, trimmed. */
  readonly readStdin: () => Promise<string>
  /** Standard input, to be read piece by piece. */
  readonly stdin: () => Readable
  /** Prints lines to standard output before the result is there, not faster than they are read. */
  readonly print: (lines: readonly string[]) => Promise<void>
  /** What went wrong, as it is printed where a command fails. */
  readonly describeFailure: (error: unknown) => readonly string[]
  /** Asks a question that is answered by yes or no; `null`: there is no terminal to ask on. */
  readonly confirm: ((question: string) => Promise<boolean>) | null
  /** Keeps a secret out of everything that is printed from here on. */
  readonly redact: (secret: string) => void
  /** Is aborted by the first SIGINT (Ctrl-C) or SIGTERM after the call; a second one ends the process. */
  readonly interruption: () => AbortSignal
  readonly progress: ProgressDisplay
}

/** Shows on stderr how far a command is. */
export interface ProgressDisplay {
  /** On a terminal, each line replaces the one before; elsewhere, each is printed below it. */
  readonly isTerminal: boolean
  readonly show: (line: string) => void
}
