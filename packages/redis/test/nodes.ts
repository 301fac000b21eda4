import type { ServerHandle } from '@tokenward/conformance'
import type { Redis } from 'ioredis'
import { asAdministrator } from './administrator.ts'

type Behind = 'snapshot' | 'wipe' | 'drop' | 'damage' | 'flushScripts'

/** What the suite does behind the adapter's back, to all nodes of a cluster or to the only one. */
export function behind(urls: readonly string[]): Required<Pick<ServerHandle, Behind>> {
  const each = <T>(work: (node: Redis) => Promise<T>) =>
    Promise.all(urls.map((url) => asAdministrator(url, work)))
  const onRecord = async (key: string, work: (node: Redis, name: string) => Promise<unknown>) => {
    // Keys of records are the same in no two namespaces.
    await each(async (node) => {
      for (const name of await node.keys(`*:${key}`)) await work(node, name)
    })
  }
  return {
    snapshot: async () => {
      const putBack = await each(snapshot)
      return async () => void (await Promise.all(putBack.map((back, i) => back(urls[i] ?? ''))))
    },
    wipe: async () => void (await each((node) => node.flushall())),
    drop: (key) => onRecord(key, (node, name) => node.del(name)),
    damage: (key) => onRecord(key, (node, name) => node.set(name, 'corrupt', 'KEEPTTL')),
    flushScripts: async () => void (await each((node) => node.script('FLUSH'))),
  }
}

/** All as it is, under the same names; the answer puts it in the place of what came since. */
async function snapshot(node: Redis): Promise<(url: string) => Promise<void>> {
  const names = await node.keys('*')
  const copies = await Promise.all(
    names.map(async (name) => {
      const [bytes, expiry] = await Promise.all([node.dumpBuffer(name), node.pexpiretime(name)])
      return { name, bytes, expireAt: Math.max(expiry, 0) }
    }),
  )
  return (url) =>
    asAdministrator(url, async (again) => {
      await again.flushall()
      await Promise.all(
        copies.map(({ name, bytes, expireAt }) => again.restore(name, expireAt, bytes, 'ABSTTL')),
      )
    })
}
