import type { TokenRepository } from '@tokenward/core/adapter'
import { MongoClient } from 'mongodb'
import { type MongoClientLike, mongodb } from '../src/index.ts'

/** The adapter with another write concern: writes are acknowledged before they are on any disk. */
export function acknowledgingEarly(url: string, namespace: string): TokenRepository {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 3_000 })
  const unsafe: MongoClientLike = {
    options: client.options,
    db(name) {
      const database = client.db(name)
      return {
        databaseName: database.databaseName,
        command: ({ writeConcern, ...command }, options) =>
          database.command(
            { ...command, ...(writeConcern && { writeConcern: { w: 1, j: false } }) },
            options,
          ),
        collection: (collection) => database.collection(collection),
      }
    },
  }
  const repository = mongodb(unsafe, { namespace })
  const close = repository.close.bind(repository)
  repository.close = async () => {
    await close()
    await client.close()
  }
  return repository
}
