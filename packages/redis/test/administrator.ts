import { Redis } from 'ioredis'

/** Runs `work` on a connection that is independent of the adapter. */
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
