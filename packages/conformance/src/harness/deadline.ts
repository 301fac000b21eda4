import { fairTimeout } from './timeouts.ts'

/** A deadline that no healthy store misses, however busy the machine is. */
export function deadline(): AbortSignal {
  return fairTimeout(20_000)
}
