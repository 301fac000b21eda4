import { UsageError } from '../usage-error.ts'

const SHAPE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/

/** ISO 8601. A time of day needs its zone: without one it means something else on each machine. */
export function instantOf(option: string, text: string): Date {
  const instant = new Date(text)
  const isReal = SHAPE.test(text) && !Number.isNaN(instant.getTime()) && keepsItsDay(text)
  if (isReal) return instant
  throw new UsageError(
    `--${option} must be an instant of ISO 8601 with its zone: 2026-11-23T14:45:00Z, or a day, which begins at 00:00 UTC.`,
  )
}

/** `Date` takes the 30th of February for the 2nd of March. */
function keepsItsDay(text: string): boolean {
  const day = text.slice(0, 10)
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
}
