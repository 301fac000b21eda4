import { randomUUID } from 'node:crypto'
import type { ServerHandle } from '@tokenward/conformance'

/**
 * Starts a backend: on a free port, with no data of anybody's. What else can be done to it opens
 * more cases: `snapshot`, `wipe`, `drop`, `damage`, `callerOwned`, and so on.
 */
export async function startMyStore(): Promise<ServerHandle> {
  return {
    url: `my-store:${randomUUID()}`,
    server: { name: 'my-store', version: 'none yet', standIn: false },
    stop: async () => {},
  }
}
