import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A port that nobody listens on, and that no outgoing connection takes while the server is down:
 * those take theirs from 32768 up on Linux and from 49152 up elsewhere.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000)
    if (await canListen(port, '127.0.0.1')) return port
  }
}

/**
 * Whether the host is this machine: an engine beside us in one container is found at the address of
 * its bridge, which is ours, and which is in no list of interfaces while nothing runs on it.
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
