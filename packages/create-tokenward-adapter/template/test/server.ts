import { randomUUID } from 'node:crypto'
import type { ServerHandle } from '@tokenward/conformance'

/**
 * Starts a store on a free port, without data. Further members enable more cases: `snapshot`, `wipe`,
 * `drop`, `damage`, `callerOwned`, and so on.
 */
export async function startMyStore(): Promise<ServerHandle> {
  return {
    url: `my-store:${randomUUID()}`,
    server: { name: 'my-store', version: 'none yet', standIn: false },
    stop: async () => {},
  }
}
