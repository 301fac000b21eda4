import { fairTimeout } from './timeouts.ts'

/** A deadline that no healthy store misses, however busy the machine is. */
export function patience(): AbortSignal {
  return fairTimeout(20_000)
}
