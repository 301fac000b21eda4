import type { Client } from './client.ts'
import type { Document } from './driver.ts'
import { isRefusal } from './faults.ts'
import { COLLECTION, missingIndexes } from './schema.ts'

/** What decides what an answer and an acknowledgement are worth; `null`: this user may not see it. */
export interface Settings {
  readonly kind: 'replica-set' | 'standalone' | 'router'
  readonly writable: boolean
  /** That hold data. */
  readonly members: number
  readonly direct: boolean
  readonly persistent: boolean | null
  readonly journaled: boolean | null
  /** Of the collection; `null`: bytes, or there is no collection yet. */
  readonly collation: string | null
  /** Of a sharded collection, as JSON. */
  readonly shardKey: string | null
  readonly missingIndexes: readonly string[]
  /** Whether users need rights. */
  readonly authorization: boolean | null
  /** The server is reached on this machine alone, as far as the addresses show. */
  readonly loopback: boolean
}

/** Of the protocol: MongoDB 8.0, the first that answers each entry of a batch by itself. */
const MIN_WIRE_VERSION = 25

/** @throws Error where the server is too old to be of use */
export async function readSettings(client: Client, signal: AbortSignal): Promise<Settings> {
  const hello = await client.connect(signal)
  assertBulkWrite(hello)
  const kind = kindOf(hello)
  // One after the other: a start needs no more than one connection.
  const look = (command: Document, database?: string) =>
    orNull(client.run(command, signal, database))
  const status = await look({ serverStatus: 1 }, 'admin')
  const options = await look({ getCmdLineOpts: 1 }, 'admin')
  const collections = await look({ listCollections: 1, filter: { name: COLLECTION } })
  const indexes = await look({ listIndexes: COLLECTION })
  const sharded = { find: 'collections', filter: { _id: `${client.database}.${COLLECTION}` } }
  const sharding = kind === 'router' ? await look(sharded, 'config') : null
  const { storageEngine } = status ?? {}
  const { collation } = firstOf(collections)?.['options'] ?? {}
  const { key } = firstOf(sharding) ?? {}
  const members: string[] = [...(hello['hosts'] ?? []), ...(hello['passives'] ?? [])]
  return {
    kind,
    writable: hello['isWritablePrimary'] === true,
    members: Math.max(members.length, 1),
    direct: client.direct,
    persistent: storageEngine?.persistent ?? null,
    journaled: options?.['parsed']?.storage?.journal?.enabled ?? null,
    collation: collation && collation.locale !== 'simple' ? JSON.stringify(collation) : null,
    shardKey: key ? JSON.stringify(key) : null,
    missingIndexes: indexes ? missingIndexes(batchOf(indexes).map(({ name }) => name)) : [],
    authorization: options ? isAuthorizing(options['parsed']?.security) : null,
    loopback: [...client.hosts, ...(client.direct ? [] : members)].every(isLoopback),
  }
}

/** Each of these makes the server ask for rights. Without them `getCmdLineOpts` is for everybody. */
function isAuthorizing({ authorization, keyFile, clusterAuthMode }: Document = {}): boolean {
  return authorization === 'enabled' || keyFile !== undefined || clusterAuthMode !== undefined
}

/** @param host `name`, `name:port` or `[IPv6]:port` */
function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)(:\d+)?$/.test(host)
}

function assertBulkWrite({ maxWireVersion }: Document): void {
  if (maxWireVersion >= MIN_WIRE_VERSION) return
  throw new Error(
    `MongoDB: this server speaks version ${maxWireVersion} of the protocol, older than that of MongoDB 8.0: update it.`,
  )
}

function kindOf({ setName, msg }: Document): Settings['kind'] {
  if (msg === 'isdbgrid') return 'router'
  return setName === undefined ? 'standalone' : 'replica-set'
}

/** A user that only verifies may see little, and what is not there yet is not wrong. */
async function orNull(reply: Promise<Document>): Promise<Document | null> {
  return reply.catch((error: unknown) => {
    if (isRefusal(error)) return null
    throw error
  })
}

function firstOf(reply: Document | null): Document | undefined {
  return reply ? batchOf(reply)[0] : undefined
}

function batchOf(reply: Document): readonly Document[] {
  return reply['cursor'].firstBatch
}
