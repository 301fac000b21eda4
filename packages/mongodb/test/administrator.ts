import { type Db, MongoClient } from 'mongodb'

/** On a client of its own, which no fault of the adapter's touches. */
export async function asAdministrator<T>(url: string, work: (db: Db) => Promise<T>): Promise<T> {
  const client = new MongoClient(url)
  try {
    return await work(client.db())
  } finally {
    await client.close()
  }
}
