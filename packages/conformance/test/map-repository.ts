import type { Capabilities, StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { Closed } from '@tokenward/core/adapter'

const CAPABILITIES: Capabilities = {
  durability: 'durable',
  shared: false,
  linearizable: true,
  failoverSafe: false,
  network: false,
  readsSettings: false,
  roles: false,
  listing: false,
  pruning: false,
  notifications: false,
  maxBodyBytes: 65_536,
}

const stores = new Map<string, Map<string, StoredRecord>>()

/** A correct repository in as few lines as possible; a URL names a store. */
export default function mapRepository(url: string, namespace: string): TokenRepository {
  const records = stores.get(url) ?? new Map<string, StoredRecord>()
  stores.set(url, records)
  let isOpen = false
  const check = (signal: AbortSignal) => {
    signal.throwIfAborted()
    if (!isOpen) throw new Closed('The repository is not open: call open() first.')
  }
  return {
    name: 'map',
    namespace,
    capabilities: CAPABILITIES,
    async open() {
      isOpen = true
      return []
    },
    async read(keys, signal) {
      check(signal)
      return keys.map((key) => records.get(key) ?? null)
    },
    async write(writes, signal) {
      check(signal)
      if (writes.some(({ record }) => record.retainUntil <= Date.now())) throw new Error('past')
      return writes.map(({ record, expected }) => {
        const etag = records.get(record.key)?.etag ?? null
        if (etag === expected) records.set(record.key, record)
        return etag === expected || etag === record.etag
      })
    },
    async close() {
      isOpen = false
    },
  }
}
