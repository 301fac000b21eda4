import { randomUUID } from 'node:crypto'
import type { ServerHandle } from '@tokenward/conformance'
import { type MemoryRecords, memory } from '../src/index.ts'
import { storeOf } from './repository.ts'

/** A store for the suite, and what the suite does to it without the adapter. */
export default async function startMemory(): Promise<ServerHandle> {
  const url = `memory:${randomUUID()}`
  const store = storeOf(url)
  return {
    url,
    server: { name: 'memory', version: process.version, standIn: false },
    stop: async () => store.clear(),
    snapshot: async () => {
      const copy = copyOf(store)
      return async () => {
        store.clear()
        for (const [namespace, records] of copyOf(copy)) store.set(namespace, records)
      }
    },
    wipe: async () => store.clear(),
    drop: async (key) => {
      for (const records of store.values()) records.delete(key)
    },
    damage: async (key) => {
      for (const records of store.values()) {
        const record = records.get(key)
        if (record) records.set(key, { ...record, body: 'corrupt' })
      }
    },
    callerOwned: async (namespace) => ({
      repository: memory({ namespace, records: store }),
      use: async () => store.size,
      listeners: () => 0,
      dispose: async () => {},
    }),
  }
}

function copyOf(store: MemoryRecords): MemoryRecords {
  return new Map([...store].map(([namespace, records]) => [namespace, new Map(records)]))
}
