import type { Sample } from '@tokenward/conformance'

/**
 * `ioredis` runs most of the suite; each other driver runs what depends on it most, and the other cases in turn:
 * in 20 runs, each of them once. A full run has all.
 */
export const driverSample: { readonly sample: Sample } = {
  sample: {
    runs: 20,
    always: ['fields-unchanged', 'lost-replies', 'late-replies', 'recover'],
  },
}
