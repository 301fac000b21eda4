import type { Duration } from '@tokenward/core'
import { UsageError } from '../exit-code.ts'

/** A whole number from 1 to `max`. */
export function parseCount(option: string, text: string, max: number): number {
  const count = /^\d{1,10}$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= max) return count
  throw new UsageError(`--${option} must be a whole number from 1 to ${max}.`)
}

/** Checks the form alone; core checks the range. */
export function parseDuration(option: string, text: string): Duration {
  if (/^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text)) return text as Duration
  throw new UsageError(`--${option} must be a duration with a unit: 500ms, 10s, 15m, 1h, 30d.`)
}

const ISO_8601 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/

/** ISO 8601. A time needs a time zone: without one it would depend on the machine. */
export function parseInstant(option: string, text: string): Date {
  const instant = new Date(text)
  const isValid = ISO_8601.test(text) && !Number.isNaN(instant.getTime()) && isCalendarDay(text)
  if (isValid) return instant
  throw new UsageError(
    `--${option} must be an ISO 8601 time with a time zone, as 2026-11-23T14:45:00Z, or a date, which means 00:00 UTC.`,
  )
}

/** `Date` reads February 30 as March 2. */
function isCalendarDay(text: string): boolean {
  const day = text.slice(0, 10)
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
}

/** For a command without operands. What was given is not quoted: it may be a token. */
export function refuseOperands(operands: readonly string[], command: string): void {
  if (operands.length === 0) return
  throw new UsageError(`${command} takes only options. See: tokenward help ${command}`)
}

/** Whether the operands are `-`, which means stdin. What was given is not quoted. */
export function readsStdin(operands: readonly string[], command: string): boolean {
  if (operands.length === 0) return false
  if (operands.length === 1 && operands[0] === '-') return true
  throw new UsageError(
    `${command} takes a token only on stdin, because other users can read arguments: tokenward ${command} - < FILE`,
  )
}
