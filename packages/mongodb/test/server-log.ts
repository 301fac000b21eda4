import type { Testbed } from '@tokenward/testbed'
import { asAdministrator } from './administrator.ts'

/** Bytes: with the default size, the profiler keeps only the last commands. */
const SIZE = 64 * 1024 * 1024

/** The commands that the profiler records, the writes in the oplog, and what the server prints. */
export async function recordLog({ url, log }: Testbed): Promise<() => Promise<string>> {
  const start = await asAdministrator(url, async (db) => {
    await db.command({ profile: 0 })
    await db.dropCollection('system.profile')
    await db.createCollection('system.profile', { capped: true, size: SIZE })
    return db.command({ profile: 2 })
  })
  return () =>
    asAdministrator(url, async (db) => {
      await db.command({ profile: 0 })
      const commands = await db.collection('system.profile').find().toArray()
      const oplog = db.client.db('local').collection('oplog.rs')
      const writes = await oplog.find({ ts: { $gte: start['operationTime'] } }).toArray()
      return `${(await log?.('')) ?? ''}\n${JSON.stringify([...commands, ...writes])}`
    })
}
