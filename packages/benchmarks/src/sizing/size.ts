import { COSTS, FROM_MEMORY, REDIS_KEY, type SizedStore } from './costs.ts'

/** A processor is planned to be busy for this part of the time: the rest is for peaks. */
const UTILIZATION = 0.5
/** Verifications that share a round trip in a busy process. */
const BATCH = 64
/** A token is asked about with its session, its user, and its user with the client. */
const OWN_KEYS = 4
/** All tokens of a client share these: the root, the issuer and the client. */
const SHARED_KEYS = 3
/** The largest server that is planned with. */
const SERVER_CORES = 64
/** Memory of one Redis or Memcached server; bytes. */
const SERVER_MEMORY = 64e9
/** So many of the sessions have an access token that has not expired. */
const ACTIVE_SESSIONS = 0.1

export interface Load {
  /** In a second, by all instances together. */
  readonly verifications: number
  /** That have not ended. */
  readonly sessions: number
  /** In ms; 0: without. */
  readonly lease?: number
  /** How often one instance verifies one token in a second, on average. */
  readonly perToken?: number
}

export interface Size {
  /** Verifications that ask the store, in a second. */
  readonly reads: number
  readonly applicationCores: number
  /** Of the store, all servers together. */
  readonly serverCores: number
  /** Servers of the store. */
  readonly servers: number
  /** Of all records and indexes. */
  readonly bytes: number
  /** Why it is not possible like this; `null`: it is. */
  readonly limit: string | null
}

/** What a load needs on a store. */
export function sizeOf(store: SizedStore, load: Load): Size {
  const { application, server } = COSTS[store]
  const asked = askedPart(load)
  const reads = load.verifications * asked
  const each = asked * application + (1 - asked) * FROM_MEMORY
  const bytes = bytesOf(store, load.sessions)
  const serverCores = coresFor(reads, server)
  return {
    reads,
    applicationCores: coresFor(load.verifications, each),
    serverCores,
    bytes,
    ...serversOf(store, { reads, serverCores, bytes }),
  }
}

/**
 * The part of the verifications that ask the store. A lease begins with a read; the next read of the
 * token is the first verification after its end.
 */
export function askedPart({ lease = 0, perToken = 0 }: Partial<Load>): number {
  return 1 / (1 + (perToken * lease) / 1_000)
}

export function bytesOf(store: SizedStore, sessions: number): number {
  const { session, token } = COSTS[store].bytes
  return sessions * (session + ACTIVE_SESSIONS * token)
}

interface Demand {
  readonly reads: number
  readonly serverCores: number
  readonly bytes: number
}

function serversOf(store: SizedStore, demand: Demand): Pick<Size, 'servers' | 'limit'> {
  const { reads, serverCores, bytes } = demand
  const forMemory = Math.ceil(bytes / SERVER_MEMORY)
  switch (store) {
    case 'sqlite':
      return { servers: 0, limit: null }
    case 'postgres': {
      const limit = serverCores > SERVER_CORES ? 'more than one primary can do' : null
      return { servers: 1, limit }
    }
    case 'redis': {
      if (serverCores > 1) return { servers: 1, limit: 'more than one thread can do' }
      return { servers: 1, limit: forMemory > 1 ? 'more than the memory of one server' : null }
    }
    case 'redis-cluster': {
      // The shards of the shared records are asked once in each batch, however many shards there are.
      const hottest = coresFor(reads / BATCH, SHARED_KEYS * REDIS_KEY)
      const limit = hottest > 1 ? 'more than the shard of the root record can do' : null
      return { servers: Math.max(3, Math.ceil(serverCores), forMemory), limit }
    }
    case 'memcached':
      return { servers: Math.max(1, Math.ceil(serverCores / 4), forMemory), limit: null }
  }
}

/** @param cost of each, µs */
function coresFor(perSecond: number, cost: number): number {
  return (perSecond * cost) / 1e6 / UTILIZATION
}

/** CPU time of a cluster for one verification, by that of one key, µs. */
export function clusterCost(key: number): number {
  return (OWN_KEYS + SHARED_KEYS / BATCH) * key
}
