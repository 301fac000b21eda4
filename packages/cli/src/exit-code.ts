import { type ErrorCode, isTokenwardError } from '@tokenward/core'

/** What a script can rely on. Only `unavailable` is worth retrying unchanged. */
export const EXIT = { ok: 0, findings: 1, usage: 2, unavailable: 3 } as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** The command line, or a file that it names, must change as the message explains. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const BY_CODE: Readonly<Record<ErrorCode, ExitCode>> = {
  TOKENWARD_STORE_UNAVAILABLE: EXIT.unavailable,
  TOKENWARD_WRITE_INDETERMINATE: EXIT.unavailable,
  TOKENWARD_KEYS_UNAVAILABLE: EXIT.unavailable,
  TOKENWARD_ADAPTER_FAULT: EXIT.unavailable,
  TOKENWARD_CLOSED: EXIT.unavailable,
  // Not 1: that is a result about a token, and these errors are not.
  TOKENWARD_POLICY_REFUSED: EXIT.usage,
  TOKENWARD_UNSUPPORTED_OPERATION: EXIT.usage,
  TOKENWARD_NOT_PREPARED: EXIT.usage,
  TOKENWARD_INVALID_INPUT: EXIT.usage,
}

/** After an unexpected error, nothing is known about the tokens. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return EXIT.usage
  if (!isTokenwardError(error)) return EXIT.unavailable
  // An adapter may bring a later version of core, with codes that this one does not know.
  const known: Readonly<Record<string, ExitCode | undefined>> = BY_CODE
  return known[error.code] ?? EXIT.unavailable
}
