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
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  const listening = once(server, 'listening').then(
    () => true,
    () => false,
  )
  if (!(await listening)) return false
  server.close()
  await once(server, 'close')
  return true
}
