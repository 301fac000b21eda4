import type { Capabilities, StoredRecord, TokenRepository, Write } from '@tokenward/core/adapter'

const CAPABILITIES: Capabilities = {
  durability: 'durable',
  shared: true,
  linearizable: true,
  failoverSafe: false,
  network: true,
  readsSettings: false,
  roles: false,
  listing: false,
  pruning: false,
  notifications: false,
  maxBodyBytes: 1_048_576,
}

/** A store by HTTP, as a worker has it: each call is one `fetch`. */
export function httpRepository(url: string, namespace: string): TokenRepository {
  const call = async <T>(path: string, body: unknown, signal: AbortSignal): Promise<T> => {
    const response = await fetch(`${url}/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal,
    })
    return (await response.json()) as T
  }
  return {
    name: 'http',
    namespace,
    capabilities: CAPABILITIES,
    open: async () => [],
    read: (keys, signal) => call<(StoredRecord | null)[]>('read', keys, signal),
    write: (writes: readonly Write[], signal) => call<boolean[]>('write', writes, signal),
    close: async () => undefined,
  }
}
