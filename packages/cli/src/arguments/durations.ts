import type { Duration } from '@tokenward/core'
import { UsageError } from '../usage-error.ts'

/** As core writes them; whether it is too long or too short, core says. */
export function durationOf(option: string, text: string): Duration {
  if (/^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text)) return text as Duration
  throw new UsageError(`--${option} must be a duration with its unit: 500ms, 10s, 15m, 1h, 30d.`)
}
