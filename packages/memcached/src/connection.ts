import type { Socket } from 'node:net'
import { bounded } from './bounded.ts'
import type { Item, Wire } from './clients/client.ts'
import { ValueFilter } from './value-filter.ts'
import { Versions } from './versions.ts'

/**
 * One TCP connection to one server. A restart of the server ends it, so what was said on it (a cas
 * id, the time) holds exactly as long as it is open: a cas id must never meet another server start.
 */
export class Connection {
  readonly #wire: Wire
  readonly #waiting = new Set<(reason: Error) => void>()
  #answered = 0
  #ended: Error | null = null
  /** How far the server's calendar is before ours, ms. */
  ahead = 0
  readonly versions: Versions = new Versions()

  constructor(wire: Wire) {
    this.#wire = wire
    const { socket } = wire
    guardParsing(socket)
    socket.on('close', this.#onClose)
    if (socket.destroyed) this.#onClose()
  }

  get isOpen(): boolean {
    return this.#ended === null
  }

  gets(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Item>> {
    return this.#ask(() => this.#retrieve(keys), signal)
  }

  add(key: string, value: string, expiry: number, signal: AbortSignal): Promise<boolean> {
    const request = `add ${key} 0 ${expiry} ${value.length}\r\n${value}`
    return this.#ask(() => this.#wire.store(request), signal)
  }

  /** @param cas that this connection told */
  replace(
    key: string,
    value: string,
    expiry: number,
    cas: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    const request = `cas ${key} 0 ${expiry} ${value.length} ${cas}\r\n${value}`
    return this.#ask(() => this.#wire.store(request), signal)
  }

  stats(of: '' | ' settings', signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    return this.#ask(() => this.#wire.stats(`stats${of}`), signal)
  }

  /** Whoever waits gets the reason: drivers leave them waiting. */
  cut(reason: Error): void {
    this.leave(reason)
    this.#wire.socket.destroy()
  }

  /** The same, and the socket is left to whose it is. */
  leave(reason: Error): void {
    if (this.#ended) return
    this.#ended = reason
    this.#wire.socket.off('close', this.#onClose)
    for (const reject of this.#waiting) reject(reason)
  }

  async #ask<T>(send: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted()
    if (this.#ended) throw this.#ended
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const answered = this.#answered
    this.#waiting.add(reject)
    send().then(
      (answer) => {
        this.#answered++
        resolve(answer)
      },
      // What is no answer leaves nobody knowing which of the next ones is whose.
      (error) => this.cut(error),
    )
    try {
      return await bounded(promise, signal, () => this.#giveUp(answered))
    } finally {
      this.#waiting.delete(reject)
    }
  }

  /** Late answers come in their order and find nobody; from who answers nothing none may ever come. */
  #giveUp(answered: number): void {
    if (this.#answered === answered) this.cut(new Error('Memcached is silent'))
  }

  async #retrieve(keys: readonly string[]): Promise<ReadonlyMap<string, Item>> {
    const found = await this.#wire.retrieve(`gets ${keys.join(' ')}`)
    const asked = new Set(keys)
    for (const key of found.keys()) {
      if (!asked.has(key)) throw new Error('Memcached answered what nobody asked')
    }
    return found
  }

  readonly #onClose = (): void => {
    this.leave(new Error('The connection to Memcached was lost'))
  }
}

const guarded = new WeakSet<Socket>()

/** What a driver cannot parse, it throws at the process. */
function guardParsing(socket: Socket): void {
  if (guarded.has(socket)) return
  guarded.add(socket)
  // `memcached` reads text. Each byte has to arrive, whatever was stored.
  const isText = socket.readableEncoding !== null
  if (isText) socket.setEncoding('latin1')
  for (const parse of socket.listeners('data') as ((data: unknown) => void)[]) {
    const filter = new ValueFilter(isText ? 'utf8' : 'latin1')
    socket.on('data', (data: string | Buffer) => {
      try {
        const replies = filter.push(data.toString('latin1'))
        if (replies === '') return
        parse.call(socket, isText ? replies : Buffer.from(replies, 'latin1'))
      } catch (error) {
        socket.destroy(error as Error)
      }
    })
    socket.off('data', parse)
  }
}
