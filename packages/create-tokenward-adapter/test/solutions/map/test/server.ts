import { randomUUID } from 'node:crypto'
import type { ServerHandle } from '@tokenward/conformance'

export async function startKv(): Promise<ServerHandle> {
  return {
    url: `kv:${randomUUID()}`,
    server: { name: 'kv', version: 'a map', standIn: true },
    stop: async () => {},
  }
}
