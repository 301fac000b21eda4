import type { ServerHandle } from '@tokenward/conformance'
import { GenericContainer, getContainerRuntimeClient } from 'testcontainers'
import { todo } from '../src/todo.ts'
import { freePort, untilReady } from './ready.ts'

/** TODO 1: an image with its version, such as `postgres:18.1`; the port that the server listens on in it. */
const IMAGE = '' as string
const PORT = 0 as number
/** A test server needs a password at most where its image insists on one. */
const ENVIRONMENT: Record<string, string> = {}
/**
 * Empty: the command of the image. Make acknowledged writes durable here, where that is not the default. The
 * suite has 64 instances at once, so the server must take 500 connections: Postgres by
 * `['postgres', '-c', 'max_connections=500']`.
 */
const COMMAND: readonly string[] = []

function urlOf(address: string): string {
  return `my-store://${address}`
}

/**
 * Starts a server on a free port, without data. Further members enable more cases: `snapshot`, `wipe`,
 * `drop`, `damage` (overwrite the body, leave etag and createdAt), `callerOwned`, and so on.
 */
export async function startMyStore(): Promise<ServerHandle> {
  if (!IMAGE || !PORT) throw todo(1, 'test/server.ts: set IMAGE, PORT and what the image needs')
  // A fixed port of the host: one that the engine chose would change when the server starts again.
  const port = await freePort()
  const started = await new GenericContainer(IMAGE)
    .withEnvironment(ENVIRONMENT)
    .withCommand([...COMMAND])
    .withExposedPorts({ container: PORT, host: port })
    .start()
  const { container } = await getContainerRuntimeClient()
  const server = container.getById(started.getId())
  const url = urlOf(`${started.getHost()}:${port}`)
  await untilReady(url)
  return {
    url,
    server: { name: 'my-store', version: IMAGE.split(':').at(-1) ?? '', standIn: false },
    async kill() {
      const ended = server.wait()
      await server.kill({ signal: 'SIGKILL' })
      await ended
    },
    async start() {
      await server.start()
      await untilReady(url)
    },
    stop: async () => void (await server.remove({ force: true, v: true })),
  }
}
