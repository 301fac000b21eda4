import type { Sample } from '@tokenward/conformance'

/** Which third of the cases about core: each of them runs on memory and on one of the others in every run. */
const OFFSETS = { postgres: 0, redis: 1, memcached: 0, sqlite: 2 } as const

/** All cases about the adapter, and a third of those about core, for CI. Memory runs all of them. */
export function sampleOfEngine(store: keyof typeof OFFSETS): Sample {
  return { runs: 3, of: 'engine', offset: OFFSETS[store] }
}
