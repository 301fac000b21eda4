import type { TokenRepository } from '@tokenward/core'
import { type MemoryRecords, memory } from '../src/index.ts'

// Not a variable of this module: the test runner and the suite each load a copy of it.
const shared = globalThis as { tokenwardMemoryStores?: Map<string, MemoryRecords> }
shared.tokenwardMemoryStores ??= new Map()
const stores = shared.tokenwardMemoryStores

/** The store behind a URL, the same for every call in this process. */
export function storeOf(url: string): MemoryRecords {
  const store = stores.get(url) ?? new Map()
  stores.set(url, store)
  return store
}

/** What the conformance suite opens. */
export default function repository(url: string, namespace: string): TokenRepository {
  return memory({ namespace, records: storeOf(url) })
}
