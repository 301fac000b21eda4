/**
 * A value as a `quoted-string` (RFC 9110 §5.6.4). A header holds visible ASCII only: every other
 * character, and CR and LF above all, becomes `?`, so that no value can end the header.
 */
export function quotedString(value: string): string {
  return `"${value.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`
}
