import { setTimeout as pause } from 'node:timers/promises'
import { Closed } from '@tokenward/core'
import { type ClientLike, type Lent, makeClient, makeCluster } from './driver.ts'
import { type Command, type Reply, resultOf } from './replies.ts'

/** ms: what does not end when it is told to is left to the driver, which destroys it. */
const LEAVING = 1_000
const CONNECTED: readonly string[] = ['connecting', 'connect', 'ready']

/** A connection of our own: to one server, or to all nodes of a cluster. */
export class Connection {
  readonly isCluster: boolean
  /** They say which server is the primary, and make another one. */
  readonly hasSentinels: boolean
  readonly #client: ClientLike
  readonly #cuts = new Set<(reason: Error) => void>()
  #readiness: Promise<void> | null = null
  /** Why it is not connected. */
  #failure: Error = new Error('Redis: the connection was closed')
  #closed: Closed | null = null

  private constructor(client: ClientLike) {
    this.#client = client
    this.isCluster = client.isCluster
    this.hasSentinels = 'sentinels' in client.options && Boolean(client.options.sentinels)
    // Without a listener the driver would print what it cannot tell.
    client.on('error', (error) => {
      this.#failure = error
    })
  }

  static async open(server: string | Lent, signal: AbortSignal): Promise<Connection> {
    const connection = new Connection(await makeClient(server))
    try {
      if (connection.isCluster || !(await connection.#leadsToCluster(signal))) return connection
      // Only for some keys would the server say so itself.
      if (typeof server !== 'string') throw new Error('MOVED The keys are on several nodes')
      await connection.close()
      return new Connection(await makeCluster(server))
    } catch (error) {
      await connection.close()
      throw error
    }
  }

  /** All in one round trip; a reply or an error for each. */
  send(commands: readonly Command[], signal: AbortSignal): Promise<readonly Reply[]> {
    return this.#use((client) => repliesOf(client, commands), signal)
  }

  /** The same, with buffers for strings. */
  sendRaw(commands: readonly Command[], signal: AbortSignal): Promise<readonly Reply[]> {
    return this.#use((client) => repliesOf(client, commands, 'callBuffer'), signal)
  }

  /** The same to each primary of a cluster. */
  sendToAll(commands: readonly Command[], signal: AbortSignal): Promise<readonly Reply[][]> {
    return this.#use((client) => {
      const primaries = client.nodes?.('master') ?? [client]
      return Promise.all(primaries.map((node) => repliesOf(node, commands)))
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
    await Promise.race([ended, pause(LEAVING, null, late).catch(() => null)])
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
    const failed = () => reject(this.#failure)
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

  #event(name: 'close' | 'end'): Promise<void> {
    return new Promise((resolve) => this.#client.once(name, resolve))
  }

  async #leadsToCluster(signal: AbortSignal): Promise<boolean> {
    const [reply] = await this.send([['info', 'cluster']], signal)
    return /^cluster_enabled:1/m.test(String(resultOf(reply)))
  }
}

/** They leave in one piece; in a cluster, what one turn of the event loop writes to each node does. */
function repliesOf(
  client: ClientLike,
  commands: readonly Command[],
  call: 'call' | 'callBuffer' = 'call',
): Promise<Reply[]> {
  const { stream } = client
  stream?.cork()
  const replies = commands.map(([name, ...args]) => client[call](name, args))
  stream?.uncork()
  return Promise.allSettled(replies)
}
