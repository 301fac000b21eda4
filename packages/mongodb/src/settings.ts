import type { Client } from './client.ts'
import type { Document } from './driver.ts'
import { isRefusedCommand } from './errors.ts'
import { COLLECTION, missingIndexes } from './schema.ts'

/**
 * The settings that decide what replies and acknowledgements guarantee; `null` where this user may not
 * read one.
 */
export interface Settings {
  readonly kind: 'replica-set' | 'standalone' | 'router'
  readonly writable: boolean
  /** The number of members that store data. */
  readonly members: number
  readonly direct: boolean
  readonly persistent: boolean | null
  readonly journaled: boolean | null
  /** Of the collection, as JSON; `null` where it compares bytes, or does not exist yet. */
  readonly collation: string | null
  /** Of a sharded collection, as JSON. */
  readonly shardKey: string | null
  readonly missingIndexes: readonly string[]
  /** Whether the server checks the rights of users. */
  readonly authorization: boolean | null
  /** Whether all known addresses of the server are on this machine. */
  readonly loopback: boolean
}

/** The protocol of MongoDB 8.0, the first version with `bulkWrite`, which replies to each entry. */
const MIN_WIRE_VERSION = 25

/** @throws Error where the server does not reply within `timeoutMs`, or is too old */
export async function readSettings(client: Client, timeoutMs: number): Promise<Settings> {
  const signal = AbortSignal.timeout(timeoutMs)
  const hello = await client.connect(signal, timeoutMs)
  assertBulkWrite(hello)
  const kind = kindOf(hello)
  // One after the other, so that opening needs one connection only.
  const read = (command: Document, database?: string) =>
    orNull(client.run(command, signal, database))
  const status = await read({ serverStatus: 1 }, 'admin')
  const options = await read({ getCmdLineOpts: 1 }, 'admin')
  const collections = await read({ listCollections: 1, filter: { name: COLLECTION } })
  const indexes = await read({ listIndexes: COLLECTION })
  const sharded = { find: 'collections', filter: { _id: `${client.database}.${COLLECTION}` } }
  const sharding = kind === 'router' ? await read(sharded, 'config') : null
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

/** Each of these makes the server check rights. Without them every user may run `getCmdLineOpts`. */
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
    `MongoDB: this server uses version ${maxWireVersion} of the protocol, which is older than MongoDB 8.0: update it.`,
  )
}

function kindOf({ setName, msg }: Document): Settings['kind'] {
  if (msg === 'isdbgrid') return 'router'
  return setName === undefined ? 'standalone' : 'replica-set'
}

/** A user with few rights may read few settings, and a collection may not exist yet. */
async function orNull(reply: Promise<Document>): Promise<Document | null> {
  return reply.catch((error: unknown) => {
    if (isRefusedCommand(error)) return null
    throw error
  })
}

function firstOf(reply: Document | null): Document | undefined {
  return reply ? batchOf(reply)[0] : undefined
}

function batchOf(reply: Document): readonly Document[] {
  return reply['cursor'].firstBatch
}
