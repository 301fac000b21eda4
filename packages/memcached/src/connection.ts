import type { Socket } from 'node:net'
import { raceAbort } from '@tokenward/core/adapter'
import { CasCache } from './cas-cache.ts'
import type { Item, Protocol } from './driver.ts'
import { ValueFilter } from './value-filter.ts'

/**
 * One TCP connection to one server. It ends when the server restarts, so a cas id and the clock offset
 * are valid exactly as long as it is open: a cas id must never be sent to a restarted server.
 */
export class Connection {
  readonly #protocol: Protocol
  readonly #filter: ValueFilter
  readonly #pending = new Set<(reason: Error) => void>()
  #replies = 0
  #ended: Error | null = null
  #clockOffsetMs = 0
  readonly casCache: CasCache = new CasCache()

  constructor(protocol: Protocol) {
    this.#protocol = protocol
    const { socket } = protocol
    this.#filter = guardParsing(socket)
    socket.on('close', this.#onClose)
    if (socket.destroyed) this.#onClose()
  }

  get isOpen(): boolean {
    return this.#ended === null
  }

  /** How far the server's clock is ahead of ours, in ms; negative where it is behind. */
  get clockOffsetMs(): number {
    return this.#clockOffsetMs
  }

  async readClock(signal: AbortSignal): Promise<void> {
    const seconds = Number((await this.stats('', signal)).get('time'))
    // The reply may be from the beginning or the end of its second.
    this.#clockOffsetMs = (seconds + 1) * 1_000 - Date.now()
  }

  /** The items in the order of the keys. */
  gets(keys: readonly string[], signal: AbortSignal): Promise<readonly (Item | undefined)[]> {
    return this.#request(() => this.#gets(keys), signal)
  }

  add(key: string, value: string, expiry: number, signal: AbortSignal): Promise<boolean> {
    const request = `add ${key} 0 ${expiry} ${value.length}\r\n${value}`
    return this.#request(() => this.#protocol.store(request), signal)
  }

  /** @param cas that this connection returned */
  replace(
    key: string,
    value: string,
    expiry: number,
    cas: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    const request = `cas ${key} 0 ${expiry} ${value.length} ${cas}\r\n${value}`
    return this.#request(() => this.#protocol.store(request), signal)
  }

  stats(of: '' | ' settings', signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    return this.#request(() => this.#protocol.stats(`stats${of}`), signal)
  }

  /** Rejects pending requests with the reason: the drivers would never settle them. */
  destroy(reason: Error): void {
    this.detach(reason)
    this.#protocol.socket.destroy()
  }

  /** As `destroy()`, but leaves the socket open for the caller who owns it. */
  detach(reason: Error): void {
    if (this.#ended) return
    this.#ended = reason
    this.#protocol.socket.off('close', this.#onClose)
    for (const reject of this.#pending) reject(reason)
  }

  async #request<T>(send: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted()
    if (this.#ended) throw this.#ended
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const repliesBefore = this.#replies
    this.#pending.add(reject)
    send().then(
      (reply) => {
        this.#replies++
        resolve(reply)
      },
      // After an invalid reply the next ones can no longer be assigned to their requests.
      (error) => this.destroy(error),
    )
    try {
      return await raceAbort(promise, signal, () => this.#onAbort(repliesBefore))
    } finally {
      this.#pending.delete(reject)
    }
  }

  /** A late reply comes in its order and is dropped; a server that sent none meanwhile may never. */
  #onAbort(repliesBefore: number): void {
    if (this.#replies === repliesBefore) this.destroy(new Error('Memcached: no reply in time'))
  }

  async #gets(keys: readonly string[]): Promise<readonly (Item | undefined)[]> {
    const number = await this.#protocol.gets(`gets ${keys.join(' ')}`)
    const found = number === null ? new Map<string, Item>() : this.#filter.take(number)
    const items = keys.map((key) => found.get(key))
    if (items.filter((item) => item !== undefined).length === found.size) return items
    throw new Error('Memcached: unexpected key in a reply')
  }

  readonly #onClose = (): void => {
    this.detach(new Error('Memcached: the connection was lost'))
  }
}

const filters = new WeakMap<Socket, ValueFilter>()

/** A driver that cannot parse a reply throws an uncaught exception: here it ends the connection instead. */
function guardParsing(socket: Socket): ValueFilter {
  const known = filters.get(socket)
  if (known) return known
  // `memcached` reads text. As latin1 each byte arrives unchanged, whatever was stored.
  const isText = socket.readableEncoding !== null
  if (isText) socket.setEncoding('latin1')
  const filter = new ValueFilter(isText ? 'utf8' : 'latin1')
  filters.set(socket, filter)
  const listeners = socket.listeners('data') as ((data: unknown) => void)[]
  for (const listener of listeners) socket.off('data', listener)
  socket.on('data', (data: string | Buffer) => {
    try {
      const replies = filter.push(data.toString('latin1'))
      if (replies === '') return
      const passed = isText ? replies : Buffer.from(replies, 'latin1')
      for (const listener of listeners) listener.call(socket, passed)
    } catch (error) {
      socket.destroy(error as Error)
    }
  })
  return filter
}
