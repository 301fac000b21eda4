/** A deadline that no healthy store misses. */
export function patience(): AbortSignal {
  return AbortSignal.timeout(20_000)
}
