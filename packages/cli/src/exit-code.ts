import { type ErrorCode, isTokenwardError } from '@tokenward/core'
import { UsageError } from './usage-error.ts'

/** What a script can rely on. Only `unavailable` is worth trying again unchanged. */
export const EXIT = { ok: 0, findings: 1, usage: 2, unavailable: 3 } as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const BY_CODE: Readonly<Record<ErrorCode, ExitCode>> = {
  TOKENWARD_STORE_UNAVAILABLE: EXIT.unavailable,
  TOKENWARD_WRITE_INDETERMINATE: EXIT.unavailable,
  TOKENWARD_KEYS_UNAVAILABLE: EXIT.unavailable,
  TOKENWARD_ADAPTER_FAULT: EXIT.unavailable,
  TOKENWARD_CLOSED: EXIT.unavailable,
  // Not 1: that is an answer, and none of these is one.
  TOKENWARD_POLICY_REFUSED: EXIT.usage,
  TOKENWARD_UNSUPPORTED_OPERATION: EXIT.usage,
  TOKENWARD_NOT_PREPARED: EXIT.usage,
  TOKENWARD_INVALID_INPUT: EXIT.usage,
}

/** An error that nobody foresaw says nothing of the tokens, so nothing is known. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return EXIT.usage
  if (!isTokenwardError(error)) return EXIT.unavailable
  // An adapter may bring a later core, with codes that this one does not know.
  const known: Readonly<Record<string, ExitCode | undefined>> = BY_CODE
  return known[error.code] ?? EXIT.unavailable
}
