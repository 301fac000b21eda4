import type { Socket } from 'node:net'
import { ITEMS, type Protocol } from '../driver.ts'
import { unexpectedReply } from '../errors.ts'

/** What this package uses of a client of `memcached`, also outside its types. */
export interface Internals {
  end(): void
  readonly servers: readonly string[]
  activeQueries: number
  connect(server: string, done: (error: unknown, socket?: MemcachedSocket | false) => void): void
}

export interface MemcachedSocket extends Socket {
  /** The requests that wait for a reply, in their order. */
  readonly metaData: Query[]
}

/** The properties that its parser reads. */
interface Query {
  readonly type: 'get' | 'gets' | 'stats' | 'add' | 'cas'
  readonly multi: boolean
  readonly start: number
  readonly callback: (error: unknown, reply: unknown) => void
}

/**
 * Uses the pool of connections and the parser of the client, but not its `command()`, which never settles
 * the requests of a lost connection, writes keys by `String.replace`, and locks servers out.
 */
export class MemcachedProtocol implements Protocol {
  readonly socket: MemcachedSocket
  readonly #client: Internals

  constructor(client: Internals, socket: MemcachedSocket) {
    this.#client = client
    this.socket = socket
  }

  async gets(request: string): Promise<string | null> {
    const reply = await this.#send(request, 'gets', true)
    if (reply === undefined) return null
    // `false` for an error of the server.
    const { [ITEMS]: value } = Object(reply)
    if (typeof value !== 'string') throw unexpectedReply()
    return value
  }

  async store(request: string): Promise<boolean> {
    const reply = await this.#send(request, 'cas', false)
    // To the driver a server that is out of memory is not an error.
    if (typeof reply !== 'boolean') throw unexpectedReply()
    return reply
  }

  async stats(request: string): Promise<Map<string, string>> {
    const reply = await this.#send(request, 'stats', false)
    if (typeof reply !== 'object' || reply === null) throw unexpectedReply()
    return new Map(Object.entries(reply).map(([name, value]) => [name, String(value)]))
  }

  #send(request: string, type: Query['type'], multi: boolean): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const callback = (errors: unknown, reply: unknown) => {
        // The driver passes one error, several, or an empty list.
        const [error] = [errors ?? []].flat()
        if (error !== undefined && !isNotStored(error)) return reject(error)
        // The driver empties its list as soon as this returns.
        resolve(Array.isArray(reply) ? [...reply] : reply)
      }
      this.#client.activeQueries++ // The driver decrements it for each reply.
      this.socket.metaData.push({ type, multi, start: Date.now(), callback })
      this.socket.write(`${request}\r\n`)
    })
  }
}

function isNotStored(error: unknown): boolean {
  return error instanceof Error && 'notStored' in error
}
