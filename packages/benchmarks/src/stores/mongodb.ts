import { mongodb } from '@tokenward/mongodb'
import { start } from '@tokenward/testbed'
import { MongoClient } from 'mongodb'
import { keyOf, type MeasuredStore, PAYLOAD } from './measured-store.ts'

interface Driver {
  readonly _id: string
  readonly body: string
}

export async function startMongodb(): Promise<MeasuredStore> {
  const { url, server, stop } = await start('mongodb')
  const address = new URL(url)
  address.pathname = '/tokens'
  const client = new MongoClient(address.href, { writeConcern: { w: 'majority', journal: true } })
  const driver = client.db().collection<Driver>('plain')
  return {
    server: `${server.name} ${server.version}${server.standIn ? ' (a stand-in for mongod)' : ''}`,
    isStandIn: server.standIn,
    repository: (namespace) => mongodb(address.href, { namespace }),
    async fill(rows) {
      const all = Array.from({ length: rows }, (_, row) => ({ _id: keyOf(row), body: PAYLOAD }))
      await driver.deleteMany({ _id: { $in: all.map(({ _id }) => _id) } })
      await driver.insertMany(all)
    },
    get: (row) => driver.findOne({ _id: keyOf(row) }),
    insert: (row) => driver.insertOne({ _id: `new ${keyOf(row)}`, body: PAYLOAD }),
    async close() {
      await client.close()
      await stop()
    },
  }
}
