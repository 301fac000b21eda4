import { setTimeout as pause } from 'node:timers/promises'
import { Closed } from '@tokenward/core/adapter'
import { makeClient, makeCluster } from './driver.ts'
import { Failure, unselectable } from './failure.ts'
import type { Address, ClientLike, Lent } from './ioredis.ts'
import { patient } from './limits.ts'
import { type Command, isLost, type Reply, repliesOf, resultOf } from './replies.ts'
import { isAddress } from './server.ts'

/** What does not end when it is told to is left to the driver, which destroys it. */
const LEAVING_MS = 1_000
const CONNECTED: readonly string[] = ['connecting', 'connect', 'ready']

/** What is looked at of the driver's. */
interface Options {
  readonly sentinels?: unknown
  readonly username?: string | null
  readonly keyPrefix?: string | Buffer | null
  readonly redisOptions?: { readonly username?: string | null } | null
}

/** A connection of our own: to one server, or to all nodes of a cluster. */
export class Connection {
  readonly isCluster: boolean
  /** They say which server is the primary, and make another one. */
  readonly hasSentinels: boolean
  /** By which the server knows us. */
  readonly user: string
  /** What the driver puts before each key. */
  readonly keyPrefix: string
  readonly #client: ClientLike
  readonly #cuts = new Set<(reason: Error) => void>()
  #readiness: Promise<void> | null = null
  readonly #failure: Failure
  #closed: Closed | null = null
  /** Its opening is over: a silent connection is given up soon from now on. */
  readonly opened: () => void

  private constructor(client: ClientLike) {
    this.#client = client
    this.isCluster = client.isCluster
    const { sentinels, username, keyPrefix, redisOptions } = client.options as Options
    this.hasSentinels = Boolean(sentinels)
    this.user = (redisOptions?.username ?? username) || 'default'
    this.keyPrefix = String(keyPrefix ?? '')
    this.opened = patient(client)
    this.#failure = new Failure(client)
  }

  static async open(server: Address | Lent, signal: AbortSignal): Promise<Connection> {
    const connection = new Connection(await makeClient(server))
    try {
      if (connection.isCluster || !(await connection.#leadsToCluster(signal))) return connection
      // Only for some keys would the server say so itself.
      if (!isAddress(server)) throw new Error('MOVED The keys are on several nodes')
      if (server.db !== 0) throw unselectable(server.db)
      await connection.close()
      return new Connection(await makeCluster(server))
    } catch (error) {
      await connection.close()
      throw error
    }
  }

  /** All in one round trip; a reply or an error for each. */
  send(commands: readonly Command[], signal: AbortSignal): Promise<readonly Reply[]> {
    return this.#use((client) => this.#ask(client, commands), signal)
  }

  /** The same, with buffers for strings. */
  sendRaw(commands: readonly Command[], signal: AbortSignal): Promise<readonly Reply[]> {
    return this.#use((client) => this.#ask(client, commands, 'callBuffer'), signal)
  }

  /** The same to each primary of a cluster. */
  sendToAll(commands: readonly Command[], signal: AbortSignal): Promise<readonly Reply[][]> {
    return this.#use((client) => {
      const primaries = client.nodes?.('master') ?? [client]
      return Promise.all(primaries.map((node) => this.#ask(node, commands)))
    }, signal)
  }

  /** Until it is closed; a driver that had to connect again subscribes again. */
  async subscribe(
    channel: string,
    heard: (message: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.#client.on('message', (on, message) => {
      if (on === channel && this.#closed === null) heard(message)
    })
    const [reply] = await this.send([['subscribe', channel]], signal)
    resultOf(reply)
  }

  /** Whoever waits gets `Closed`. */
  async close(): Promise<void> {
    this.#closed ??= new Closed('The redis repository is closed: call open() first')
    for (const cut of this.#cuts) cut(this.#closed)
    if (!CONNECTED.includes(this.#client.status)) return this.#client.disconnect()
    const late = new AbortController()
    const ended = this.#event('end')
    this.#client.disconnect()
    await Promise.race([ended, pause(LEAVING_MS, null, late).catch(() => null)])
    late.abort()
  }

  /**
   * Nothing is sent before the connection is ready, nor after the signal fired. A reply that comes
   * after it is nobody's: the driver matches replies by their order.
   */
  async #use<T>(work: (client: ClientLike) => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#closed) throw this.#closed
    signal.throwIfAborted()
    const cut = Promise.withResolvers<never>()
    const abort = () => cut.reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    this.#cuts.add(cut.reject)
    try {
      await Promise.race([this.#ready(), cut.promise])
      return await Promise.race([work(this.#client), cut.promise])
    } finally {
      signal.removeEventListener('abort', abort)
      this.#cuts.delete(cut.reject)
    }
  }

  /** Resolves when it is connected; rejects when the try that is under way fails. */
  async #ready(): Promise<void> {
    if (this.#client.status === 'ready' && this.#client.stream?.writable !== false) return
    this.#readiness ??= this.#nextTry().finally(() => {
      this.#readiness = null
    })
    await this.#readiness
  }

  async #nextTry(): Promise<void> {
    // It is ending, and the driver has not said so yet.
    if (this.#client.status === 'ready') await this.#event('close')
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const failed = () => reject(this.#failure.reason)
    this.#client.on('ready', resolve)
    this.#client.on('close', failed)
    // The events tell what becomes of it.
    if (this.#client.status === 'wait') this.#client.connect().catch(() => undefined)
    try {
      await promise
    } finally {
      this.#client.off('ready', resolve)
      this.#client.off('close', failed)
    }
  }

  /** The driver says that a connection was lost; here is why. */
  async #ask(...question: Parameters<typeof repliesOf>): Promise<Reply[]> {
    const replies = await repliesOf(...question)
    for (const { reason } of replies.filter(isLost)) reason.cause ??= this.#failure.reason
    return replies
  }

  #event(name: 'close' | 'end'): Promise<void> {
    return new Promise((resolve) => this.#client.once(name, resolve))
  }

  async #leadsToCluster(signal: AbortSignal): Promise<boolean> {
    const [reply] = await this.send([['info', 'cluster']], signal)
    return /^cluster_enabled:1/m.test(String(resultOf(reply)))
  }
}
