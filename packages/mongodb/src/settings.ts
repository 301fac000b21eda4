import type { Connections, Document } from './client.ts'
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
}

/** Of the protocol: MongoDB 8.0, the first that answers each entry of a batch by itself. */
const OLDEST = 25

/** @throws Error where the server is too old to be of use */
export async function readSettings(
  connections: Connections,
  signal: AbortSignal,
): Promise<Settings> {
  const hello = await connections.run({ hello: 1 }, signal, 'admin')
  assertKnowsBatches(hello)
  const kind = kindOf(hello)
  // One after the other: who starts needs no more than one connection for it.
  const look = (command: Document, database?: string) =>
    visible(connections.run(command, signal, database), signal)
  const status = await look({ serverStatus: 1 }, 'admin')
  const options = await look({ getCmdLineOpts: 1 }, 'admin')
  const collections = await look({ listCollections: 1, filter: { name: COLLECTION } })
  const indexes = await look({ listIndexes: COLLECTION })
  const sharded = { find: 'collections', filter: { _id: `${connections.database}.${COLLECTION}` } }
  const sharding = kind === 'router' ? await look(sharded, 'config') : null
  const { storageEngine } = status ?? {}
  const { collation } = firstOf(collections)?.['options'] ?? {}
  const { key } = firstOf(sharding) ?? {}
  return {
    kind,
    writable: hello['isWritablePrimary'] === true,
    members: Math.max([...(hello['hosts'] ?? []), ...(hello['passives'] ?? [])].length, 1),
    direct: connections.direct,
    persistent: storageEngine?.persistent ?? null,
    journaled: options?.['parsed']?.storage?.journal?.enabled ?? null,
    collation: collation && collation.locale !== 'simple' ? JSON.stringify(collation) : null,
    shardKey: key ? JSON.stringify(key) : null,
    missingIndexes: indexes ? missingIndexes(batchOf(indexes).map(({ name }) => name)) : [],
  }
}

function assertKnowsBatches({ maxWireVersion }: Document): void {
  if (maxWireVersion >= OLDEST) return
  throw new Error(
    `MongoDB: this server speaks version ${maxWireVersion} of the protocol, older than that of MongoDB 8.0: update it.`,
  )
}

function kindOf({ setName, msg }: Document): Settings['kind'] {
  if (msg === 'isdbgrid') return 'router'
  return setName === undefined ? 'standalone' : 'replica-set'
}

/** Who only verifies may look at little; what is not there yet is not wrong. */
async function visible(reply: Promise<Document>, signal: AbortSignal): Promise<Document | null> {
  return reply.catch((error: unknown) => {
    if (signal.aborted) throw error
    return null
  })
}

function firstOf(reply: Document | null): Document | undefined {
  return reply ? batchOf(reply)[0] : undefined
}

function batchOf(reply: Document): readonly Document[] {
  return reply['cursor'].firstBatch
}
