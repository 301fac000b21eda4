import { parseInstant } from '../arguments/values.ts'

/** The line cannot be imported. The message does not quote it, because a line may hold a secret. */
export class BadLine extends Error {
  override readonly name = 'BadLine'
}

type Members = Readonly<Record<string, unknown>>

/** As in core: longer names are refused there, too. */
const MAX_NAME_LENGTH = 1_024

/** In 1973, in ms, and in the year 5138, in seconds: what lies on the other side has the wrong unit. */
const EARLIEST_MS = 1e11

export function objectOf(text: string): Members {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new BadLine('is not JSON')
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members
  throw new BadLine('is not a JSON object')
}

/** A member that is misspelled must not be ignored: the target would be wider than it is meant to be. */
export function checkNames(members: Members, allowed: readonly string[]): void {
  if (Object.keys(members).every((name) => allowed.includes(name))) return
  throw new BadLine(`has an unknown member; it may have ${allowed.join(', ')}`)
}

/** `null` is refused as well: a subject that is missing at its source must not widen a target. */
export function idOf(members: Members, name: string): string {
  const value = members[name]
  const isId =
    typeof value === 'string' &&
    value.length >= 1 &&
    value.length <= MAX_NAME_LENGTH &&
    value.isWellFormed()
  if (isId) return value
  throw new BadLine(`'${name}' must be a well-formed string of 1 to ${MAX_NAME_LENGTH} characters`)
}

/** A text that may be missing, or `null` as in an export from SQL. */
export function textOf(members: Members, name: string): string | null {
  const value = members[name] ?? null
  if (value === null) return null
  if (typeof value === 'string' && value.length <= MAX_NAME_LENGTH && value.isWellFormed()) {
    return value
  }
  throw new BadLine(
    `'${name}' must be a well-formed string of at most ${MAX_NAME_LENGTH} characters`,
  )
}

/** A NumericDate (RFC 7519 §2), or ISO 8601; in ms since 1970. */
export function numericDateOf(members: Members, name: string): number | null {
  const value = members[name] ?? null
  if (value === null) return null
  if (typeof value === 'string') return isoOf(value, name).getTime()
  if (typeof value === 'number' && value > 0 && value < EARLIEST_MS) return Math.ceil(value * 1_000)
  throw new BadLine(`'${name}' must be seconds since 1970, or an ISO 8601 time`)
}

/** ISO 8601, or ms since 1970. */
export function instantOf(members: Members, name: string): Date | null {
  const value = members[name] ?? null
  if (value === null) return null
  const instant =
    typeof value === 'string'
      ? isoOf(value, name)
      : new Date(typeof value === 'number' ? value : NaN)
  if (!(instant.getTime() >= EARLIEST_MS)) {
    throw new BadLine(`'${name}' must be an ISO 8601 time, or ms since 1970`)
  }
  if (instant.getTime() > Date.now()) throw new BadLine(`'${name}' is in the future`)
  return instant
}

function isoOf(value: string, name: string): Date {
  try {
    return parseInstant(name, value)
  } catch {
    throw new BadLine(`'${name}' must be an ISO 8601 time with a time zone`)
  }
}
