import { randomUUID } from 'node:crypto'
import type { CallerOwned, ServerHandle } from '@tokenward/conformance'
import { BackendUnavailable, start, startReplicaSet } from '@tokenward/testbed'
import { type Db, MongoClient } from 'mongodb'
import { mongodb } from '../src/index.ts'
import { asAdministrator } from './administrator.ts'
import { recordLog } from './server-log.ts'
import { syncedWrites } from './synced-writes.ts'

const RECORDS = { namespace: { $exists: true } }

/** In any namespace. */
const recordOf = (key: string) => ({ _id: { $regex: `:${key}$` } })

/** A replica set of three members where its image is available, otherwise the default server. */
export async function startReplicaSetOrStandIn(): Promise<ServerHandle> {
  try {
    return await startReplicaSet()
  } catch (error) {
    if (error instanceof BackendUnavailable) return startMongodb()
    throw error
  }
}

/** Starts a server, and what the conformance suite does to it directly. */
export default async function startMongodb(): Promise<ServerHandle> {
  const running = await start('mongodb')
  const { url } = running
  if (running.server.standIn) await findsByKey(url)
  const run = async (work: (db: Db) => Promise<unknown>) => void (await asAdministrator(url, work))
  const records = (db: Db) => db.collection<{ _id: string }>('tokenward_records')
  return {
    ...running,
    snapshot: () => snapshot(url),
    wipe: () => run((db) => records(db).deleteMany(RECORDS)),
    drop: (key) => run((db) => records(db).deleteMany(recordOf(key))),
    damage: (key) =>
      run((db) => records(db).updateMany(recordOf(key), { $set: { body: 'corrupt' } })),
    recordLog: () => recordLog(running),
    pooled: true,
    unsafe: [{ name: 'a collation', url: await collated(url), finding: 'collation' }],
    // A stand-in is slow, and has no such counters.
    ...(running.server.standIn
      ? { roundsShare: 0.1 }
      : { syncedWrites: (namespace, writes) => syncedWrites(url, namespace, writes) }),
    callerOwned: async (namespace) => callerOwned(url, namespace),
    unprepared: async () =>
      Object.assign(new URL(url), { pathname: `/empty-${randomUUID().slice(0, 8)}` }).href,
  }
}

/** For `{ _id, etag }` the stand-in reads every document; MongoDB uses the index of `_id`. */
async function findsByKey(url: string): Promise<void> {
  const indexes = ['etag', 'version'].map((field) => ({ key: { _id: 1, [field]: 1 } }))
  await asAdministrator(url, (db) => db.collection('tokenward_records').createIndexes(indexes))
}

/** Another database of the same server, with a collation that ignores case. */
async function collated(url: string): Promise<string> {
  const address = Object.assign(new URL(url), { pathname: '/collated' }).href
  await asAdministrator(address, async (db) => {
    await db.dropDatabase()
    await db.createCollection('tokenward_records', { collation: { locale: 'en', strength: 2 } })
  })
  return address
}

async function snapshot(url: string): Promise<() => Promise<void>> {
  const copy = await asAdministrator(url, (db) =>
    db.collection('tokenward_records').find(RECORDS).toArray(),
  )
  return () =>
    asAdministrator(url, async (db) => {
      await db.collection('tokenward_records').deleteMany(RECORDS)
      await db.collection('tokenward_records').insertMany(copy)
    })
}

function callerOwned(url: string, namespace: string): CallerOwned {
  const client = new MongoClient(url)
  return {
    repository: mongodb(client, { namespace }),
    use: () => client.db().command({ ping: 1 }),
    listeners: () =>
      client.eventNames().reduce((count, event) => count + client.listenerCount(event), 0),
    dispose: () => client.close(),
  }
}
