import { type Db, MongoClient } from 'mongodb'

/** Runs `work` on a client that is independent of the adapter. */
export async function asAdministrator<T>(url: string, work: (db: Db) => Promise<T>): Promise<T> {
  const client = new MongoClient(url)
  try {
    return await work(client.db())
  } finally {
    await client.close()
  }
}
