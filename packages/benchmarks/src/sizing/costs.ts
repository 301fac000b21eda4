/** What one operation costs on one store, as `pnpm bench` and `pnpm trial sizes` measured it. */
export interface Costs {
  /** CPU time of the application for a verification that asks the store, µs. */
  readonly application: number
  /** CPU time of the server, or of all servers together, for the same, µs. */
  readonly server: number
  /** Bytes of a record with its indexes. */
  readonly bytes: { readonly session: number; readonly token: number; readonly cutoff: number }
}

export type SizedStore = 'sqlite' | 'postgres' | 'redis' | 'redis-cluster' | 'memcached'

/** The machine of these figures, for the page. */
export const MEASURED_ON =
  'a virtual machine with 2 cores, Node 24, 64 verifications in flight, 1,000 tokens'

const REDIS_BYTES = { session: 1_625, token: 1_277, cutoff: 736 }

export const COSTS: Readonly<Record<SizedStore, Costs>> = {
  // The library runs in the process of the application.
  sqlite: { application: 14, server: 0, bytes: { session: 689, token: 586, cutoff: 340 } },
  postgres: { application: 17, server: 11, bytes: { session: 751, token: 588, cutoff: 375 } },
  redis: { application: 20, server: 5, bytes: REDIS_BYTES },
  'redis-cluster': { application: 42, server: 4.5, bytes: REDIS_BYTES },
  memcached: { application: 33, server: 3.5, bytes: { session: 900, token: 600, cutoff: 400 } },
}

/** CPU time of the application for a verification from memory, under a lease, µs. */
export const FROM_MEMORY = 3

/** CPU time of a single Redis server for one key that is read with others, µs. */
export const REDIS_KEY = 1.5
