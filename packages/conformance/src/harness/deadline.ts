import { fairTimeout } from './timeouts.ts'

/** A deadline that every healthy store meets, however busy the machine is. */
export function deadline(): AbortSignal {
  return fairTimeout(20_000)
}
