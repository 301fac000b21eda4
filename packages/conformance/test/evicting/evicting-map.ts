import type { Capabilities, TokenRepository } from '@tokenward/core'
import type { ServerHandle } from '../../src/index.ts'
import fullMap, { startFullMap } from '../known-bad/full-map.ts'

/** A correct repository on a map that may evict records. */
export default function evictingMap(url: string, namespace: string): TokenRepository {
  const { list: _, prune: __, watch: ___, ...map } = fullMap(url, namespace)
  const capabilities: Capabilities = {
    ...map.capabilities,
    durability: 'evicting',
    readsSettings: false,
    listing: false,
    pruning: false,
    notifications: false,
  }
  return { ...map, name: 'evicting-map', capabilities }
}

export async function startEvictingMap(): Promise<ServerHandle> {
  const { unsafe: _, ...handle } = await startFullMap()
  return {
    ...handle,
    server: { name: 'an evicting map', version: '1', standIn: false },
    callerOwned: async (namespace) => {
      const owned = await (handle.callerOwned as NonNullable<typeof handle.callerOwned>)(namespace)
      return { ...owned, repository: evictingMap(handle.url, namespace) }
    },
  }
}
