/** What a command may use of the world beside its arguments. */
export interface Session {
  /** Where it was called. */
  readonly folder: string
  /** All of standard input, without the blanks around it. */
  readonly readInput: () => Promise<string>
  /** Keeps a secret out of the messages of others, which are printed where something fails. */
  readonly hide: (secret: string) => void
  /** A line for the person who waits, beside the answer. */
  readonly remark: (line: string) => void
}
