import type { ServerHandle } from '@tokenward/conformance'
import type { Redis } from 'ioredis'
import { asAdministrator } from './administrator.ts'
import { recordCommands } from './server-log.ts'

type ServerActions =
  | 'snapshot'
  | 'wipe'
  | 'drop'
  | 'damage'
  | 'expiryOf'
  | 'recordLog'
  | 'flushScripts'

/** What the conformance suite does to the server directly: to each node of a cluster, or to the one. */
export function serverActions(
  urls: readonly string[],
): Required<Pick<ServerHandle, ServerActions>> {
  const each = <T>(work: (node: Redis) => Promise<T>) =>
    Promise.all(urls.map((url) => asAdministrator(url, work)))
  const onRecord = async (key: string, work: (node: Redis, name: string) => Promise<unknown>) => {
    // No two namespaces have a record key in common.
    await each(async (node) => {
      for (const name of await node.keys(`*:${key}`)) await work(node, name)
    })
  }
  return {
    snapshot: async () => {
      const restores = await each(snapshot)
      return async () =>
        void (await Promise.all(restores.map((restore, i) => restore(urls[i] ?? ''))))
    },
    wipe: async () => void (await each((node) => node.flushall())),
    drop: (key) => onRecord(key, (node, name) => node.del(name)),
    damage: (key) => onRecord(key, (node, name) => node.set(name, 'corrupt', 'KEEPTTL')),
    expiryOf: async (key) => {
      const found: number[] = []
      await onRecord(key, async (node, name) => found.push(await node.pexpiretime(name)))
      const [expiry] = found
      if (found.length !== 1 || expiry === undefined) throw new Error(`${found.length} × ${key}`)
      return expiry === -1 ? null : expiry
    },
    recordLog: async () => {
      const ends = await Promise.all(urls.map(recordCommands))
      return async () => (await Promise.all(ends.map((end) => end()))).join('\n')
    },
    flushScripts: async () => void (await each((node) => node.script('FLUSH'))),
  }
}

/** Copies all keys of the server. @returns replaces the keys of then with the copies */
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
