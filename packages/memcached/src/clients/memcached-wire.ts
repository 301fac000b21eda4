import type { Socket } from 'node:net'
import type { Item, Wire } from './client.ts'

/** What is used of a client of `memcached` beyond its types. */
export interface Internals {
  end(): void
  readonly servers: readonly string[]
  activeQueries: number
  connect(server: string, done: (error: unknown, socket?: MemcachedSocket | false) => void): void
}

export interface MemcachedSocket extends Socket {
  /** Who waits for the next answers, in their order. */
  readonly metaData: Query[]
}

/** As much as its parser looks at. */
interface Query {
  readonly type: 'get' | 'gets' | 'stats' | 'add' | 'cas'
  readonly multi: boolean
  readonly start: number
  readonly callback: (error: unknown, answer: unknown) => void
}

/**
 * Speaks past `command()`, which loses what a lost connection leaves waiting, writes keys by
 * `String.replace`, and locks servers out; the pool of connections and the parser are the client's.
 */
export class MemcachedWire implements Wire {
  readonly socket: MemcachedSocket
  readonly #client: Internals

  constructor(client: Internals, socket: MemcachedSocket) {
    this.#client = client
    this.socket = socket
  }

  async retrieve(request: string): Promise<Map<string, Item>> {
    const answer = await this.#ask(request, 'gets', true)
    const items = new Map<string, Item>()
    // Nothing, one, or several; `false` is an error of the server.
    for (const found of answer === undefined ? [] : [answer].flat()) {
      if (typeof found !== 'object' || found === null) throw noAnswer()
      const { cas = '', ...values } = found as Record<string, string>
      for (const [key, value] of Object.entries(values)) items.set(key, { value, cas })
    }
    return items
  }

  async store(request: string): Promise<boolean> {
    const answer = await this.#ask(request, 'cas', false)
    // Out of memory is no error to it, only not true.
    if (typeof answer !== 'boolean') throw noAnswer()
    return answer
  }

  async stats(request: string): Promise<Map<string, string>> {
    const answer = await this.#ask(request, 'stats', false)
    if (typeof answer !== 'object' || answer === null) throw noAnswer()
    return new Map(Object.entries(answer).map(([name, value]) => [name, String(value)]))
  }

  #ask(request: string, type: Query['type'], multi: boolean): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const callback = (errors: unknown, answer: unknown) => {
        // It answers with one error, several, or an empty list of them.
        const [error] = [errors ?? []].flat()
        if (error !== undefined && !isNotStored(error)) return reject(error)
        // It empties its list as soon as this returns.
        resolve(Array.isArray(answer) ? [...answer] : answer)
      }
      this.#client.activeQueries++ // It counts the answers down.
      this.socket.metaData.push({ type, multi, start: Date.now(), callback })
      this.socket.write(`${request}\r\n`)
    })
  }
}

function isNotStored(error: unknown): boolean {
  return error instanceof Error && 'notStored' in error
}

function noAnswer(): Error {
  return new Error('Memcached gave no answer that belongs to the question')
}
