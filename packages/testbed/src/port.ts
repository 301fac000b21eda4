import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A free port below the range of outgoing connections (from 32768 on Linux, from 49152 elsewhere), so
 * no connection takes it while the server is down.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000)
    if (await canListen(port, '127.0.0.1')) return port
  }
}

/**
 * Whether the host is this machine. If this process shares a container with the engine, the engine's
 * host is the address of its bridge, which no list of interfaces has while no container runs.
 */
export function isThisMachine(host: string): Promise<boolean> {
  return canListen(0, host)
}

async function canListen(port: number, host: string): Promise<boolean> {
  const server = createServer().listen(port, host)
  const listening = once(server, 'listening').then(
    () => true,
    () => false,
  )
  if (!(await listening)) return false
  server.close()
  await once(server, 'close')
  return true
}
