/** The command line, or what it leads to, must change; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
