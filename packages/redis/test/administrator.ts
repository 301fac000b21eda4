import { Redis } from 'ioredis'

/** On a connection of its own, which no fault of the adapter's touches. */
export async function asAdministrator<T>(
  url: string,
  work: (redis: Redis) => Promise<T>,
): Promise<T> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: null })
  await client.connect()
  try {
    return await work(client)
  } finally {
    client.disconnect()
  }
}
