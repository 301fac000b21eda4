import { AdapterFault } from '@tokenward/core/adapter'

/** The error of what is not written yet. Core does not retry it, so the call fails at once. */
export function todo(step: number, what: string): Error {
  return new AdapterFault(`TODO ${step} (see TODO.md): ${what}`)
}
