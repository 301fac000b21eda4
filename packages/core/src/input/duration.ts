import * as v from 'valibot'

/**
 * An amount of time with its unit: `ms`, `s`, `m` (minutes), `h` or `d` (days).
 * @example '15m', '30d', '500ms', '1.5h'
 */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
/** A hundred years. Sums of such durations stay far below the largest Date. */
const MAX_MS = 36_525 * UNITS.d

/** Whole ms; `null`: not a duration. */
function toMs(input: unknown): number | null {
  const match = typeof input === 'string' ? /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(input) : null
  if (match === null) return null
  const ms = Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]
  return Number.isFinite(ms) ? Math.round(ms) : null
}

/** A duration between `least` and `most` ms, in ms. */
export function duration(least = 0, most: number = MAX_MS): v.GenericSchema<unknown, number> {
  return v.pipe(
    v.custom<Duration>((input) => {
      const ms = toMs(input)
      return ms !== null && ms >= least && ms <= most
    }, `must be a duration with its unit, as in '15m' (ms, s, m, h, d), from ${least} ms to ${most} ms.`),
    v.transform((input) => toMs(input) ?? least),
  )
}
