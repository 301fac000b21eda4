import type { Sample } from '@tokenward/conformance'

const SERVERS = ['postgres', 'redis', 'mongodb'] as const
/** Memcached cannot run a third of the cases, and so needs less time. */
type SampledServer = (typeof SERVERS)[number] | 'memcached'

/**
 * All cases about the adapter, and a third of those about core, for CI. Postgres, Redis and MongoDB have
 * different thirds: each case runs on one of them in every run, and on memory and SQLite too.
 */
export function sampleOfEngine(server: SampledServer): Sample {
  const offset = server === 'memcached' ? 0 : SERVERS.indexOf(server)
  return { runs: SERVERS.length, of: 'engine', offset }
}
