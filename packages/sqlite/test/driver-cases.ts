import type { Sample } from '@tokenward/conformance'

/**
 * The adapter's own connection runs the whole suite; each other driver runs what depends on it most, and the
 * other cases in turn: in 20 runs, each of them once. A full run has all.
 */
export const driverSample: { readonly sample: Sample } = {
  sample: {
    runs: 20,
    always: ['fields-unchanged', 'largest-body', 'caller-owned'],
  },
}
