import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { AdapterFault, InvalidInput } from '@tokenward/core/adapter'
import openRepository from './repository.ts'

/** Long, because a machine of a CI service can be busy. */
const READY_TIMEOUT_MS = 120_000
const PROBE_INTERVAL_MS = 100

/**
 * Waits until the adapter can open the server: a port accepts connections before a server answers.
 * @param assertRuns throws where the server has ended, and waiting does not help
 */
export async function untilReady(url: string, assertRuns?: () => void): Promise<void> {
  await untilResolved(async () => {
    try {
      const repository = openRepository(url, 'ready')
      await repository.open()
      await repository.close()
    } catch (error) {
      // Waiting does not help: the suite shows the error.
      if (!(error instanceof AdapterFault || error instanceof InvalidInput)) throw error
    }
  }, assertRuns)
}

/** Waits until a port accepts connections, and needs no adapter for that. */
export async function untilListening(port: number, assertRuns: () => void): Promise<void> {
  await untilResolved(async () => {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect').finally(() => socket.destroy())
  }, assertRuns)
}

async function untilResolved(attempt: () => Promise<void>, assertRuns?: () => void): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      assertRuns?.()
      if (Date.now() > deadline) {
        throw new Error(`The server does not answer ${READY_TIMEOUT_MS} ms after its start.`, {
          cause: error,
        })
      }
      await wait(PROBE_INTERVAL_MS)
    }
  }
}

/** Below the range of outgoing connections, so that no connection takes it while the server is down. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000)
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    server.close()
    await once(server, 'close')
    return port
  }
}
