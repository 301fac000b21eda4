import type { ClientLike } from './ioredis.ts'

/** Why a client is not connected: the driver tells it by events, and rejects calls with something else. */
export class Failure {
  #reason = ended()

  constructor(client: ClientLike) {
    let isRefused = false
    // Without a listener the driver would print its errors.
    client.on('error', (error) => {
      if (isRefused) return // What comes of its end.
      isRefused = isOfSelect(error)
      this.#reason = isRefused ? unselectable(databaseOf(client), error) : error
      // The driver would go on in database 0, which is another world: it ends before it is ready.
      if (isRefused) client.disconnect(true)
    })
    client.on('close', () => {
      isRefused = false
    })
    client.on('ready', () => {
      this.#reason = ended()
    })
  }

  get reason(): Error {
    return this.#reason
  }
}

export function unselectable(database: number, cause?: Error): Error {
  const message = `Redis: database ${database} cannot be selected: look at "databases" in the configuration (a cluster has database 0 alone) and at the user's right to SELECT.`
  return new Error(message, cause && { cause })
}

function ended(): Error {
  return new Error('Redis: the connection was closed')
}

function isOfSelect(error: Error): boolean {
  return 'command' in error && (error.command as { name?: unknown } | null)?.name === 'select'
}

function databaseOf({ options }: ClientLike): number {
  return Number('db' in options ? options.db : 0)
}
