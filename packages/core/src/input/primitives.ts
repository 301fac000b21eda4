import * as v from 'valibot'

/** A whole number between `least` and `most`. */
export function integer(
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): v.GenericSchema<unknown, number> {
  return v.custom<number>(
    (value) =>
      Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
    `must be a whole number of ${least} or more${most < Number.MAX_SAFE_INTEGER ? `, at most ${most}` : ''}.`,
  )
}

/** A time in ms since 1970, or a duration in ms. */
export const milliseconds: v.GenericSchema<unknown, number> = integer(0)

/** One string or several, as in `aud` (RFC 7519 §4.1.3). */
export const strings: v.GenericSchema<unknown, string | string[]> = v.custom<string | string[]>(
  (value) => [value].flat().every((one) => typeof one === 'string'),
  'must be a string, or a list of strings.',
)
