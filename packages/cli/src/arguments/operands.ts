import { UsageError } from '../usage-error.ts'

/** Commands take none but `-`, for standard input. What was given is not quoted: it may be a token. */
export function takesStdin(operands: readonly string[], command: string, may: boolean): boolean {
  if (operands.length === 0) return false
  if (may && operands.length === 1 && operands[0] === '-') return true
  throw new UsageError(
    may
      ? `${command} takes a token by standard input alone, as arguments can be seen by others: tokenward ${command} - < FILE`
      : `${command} takes options alone; those are told by: tokenward help ${command}`,
  )
}
