import { setTimeout as pause } from 'node:timers/promises'
import { ClientCalls } from '@tokenward/core/adapter'
import {
  type Address,
  allowSlowOpening,
  type CallerClient,
  type ClientLike,
  type Command,
  isAddress,
  makeClient,
  makeCluster,
  type Reply,
  resultOf,
  sendTogether,
} from './driver.ts'
import { ConnectionFailure, databaseNotSelectable } from './errors.ts'

/** After this time the driver destroys a connection that does not end when it is asked to. */
const CLOSE_TIMEOUT_MS = 1_000
const ACTIVE_STATUSES: readonly string[] = ['connecting', 'connect', 'ready']

/** The options of the driver that this class reads. */
interface DriverOptions {
  readonly sentinels?: unknown
  readonly username?: string | null
  readonly keyPrefix?: string | Buffer | null
  readonly redisOptions?: { readonly username?: string | null } | null
}

/** A connection that the adapter owns: to one server, or to all nodes of a cluster. */
export class Client {
  readonly isCluster: boolean
  /** Sentinels say which server is the primary, and promote another one. */
  readonly hasSentinels: boolean
  /** The name that the server knows this client by. */
  readonly user: string
  /** The driver puts it before each key. */
  readonly keyPrefix: string
  /** Until the server refuses it: a user that only reads has no right to. */
  mayRunScripts = true
  readonly #client: ClientLike
  readonly #calls = new ClientCalls()
  #readiness: Promise<void> | null = null
  readonly #failure: ConnectionFailure
  /** Call it when opening is over: from then on a silent connection is given up soon. */
  readonly endOpening: () => void

  private constructor(client: ClientLike) {
    this.#client = client
    this.isCluster = client.isCluster
    const { sentinels, username, keyPrefix, redisOptions } = client.options as DriverOptions
    this.hasSentinels = Boolean(sentinels)
    this.user = (redisOptions?.username ?? username) || 'default'
    this.keyPrefix = String(keyPrefix ?? '')
    this.endOpening = allowSlowOpening(client)
    this.#failure = new ConnectionFailure(client)
  }

  static async open(server: Address | CallerClient, signal: AbortSignal): Promise<Client> {
    const client = new Client(await makeClient(server))
    try {
      if (client.isCluster || !(await client.#leadsToCluster(signal))) return client
      // The server itself would say so only for some keys.
      if (!isAddress(server)) throw new Error('MOVED The keys are on several nodes')
      if (server.db !== 0) throw databaseNotSelectable(server.db)
      await client.#disconnect()
      return new Client(await makeCluster(server))
    } catch (error) {
      await client.#disconnect()
      throw error
    }
  }

  /** Sends all in one round trip, and returns a reply or an error for each. */
  send(commands: readonly Command[], signal: AbortSignal): Promise<readonly Reply[]> {
    return this.#use((client) => this.#send(client, commands), signal)
  }

  /** As `send()`, with buffers in place of strings in the replies. */
  sendRaw(commands: readonly Command[], signal: AbortSignal): Promise<readonly Reply[]> {
    return this.#use((client) => this.#send(client, commands, 'callBuffer'), signal)
  }

  /** As `send()`, to each primary of a cluster. */
  sendToAll(commands: readonly Command[], signal: AbortSignal): Promise<readonly Reply[][]> {
    return this.#use((client) => {
      const primaries = client.nodes?.('master') ?? [client]
      return Promise.all(primaries.map((node) => this.#send(node, commands)))
    }, signal)
  }

  /** Lasts until `close()`: the driver subscribes again after it has reconnected. */
  async subscribe(
    channel: string,
    onMessage: (message: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.#client.on('message', (on, message) => {
      if (on === channel && !this.#calls.isClosed) onMessage(message)
    })
    const [reply] = await this.send([['subscribe', [channel]]], signal)
    resultOf(reply)
  }

  /** Calls under way, and later ones, reject with `reason`. */
  async close(reason: Error): Promise<void> {
    this.#calls.close(reason)
    await this.#disconnect()
  }

  async #disconnect(): Promise<void> {
    if (!ACTIVE_STATUSES.includes(this.#client.status)) return this.#client.disconnect()
    const timer = new AbortController()
    const ended = this.#event('end')
    this.#client.disconnect()
    await Promise.race([ended, pause(CLOSE_TIMEOUT_MS, null, timer).catch(() => null)])
    timer.abort()
  }

  /**
   * Sends nothing before the connection is ready, nor after the signal fired. A reply that comes after
   * the signal is dropped: the driver matches replies by their order.
   */
  #use<T>(work: (client: ClientLike) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#calls.run(async (ending) => {
      await this.#ready()
      ending.throwIfAborted()
      return work(this.#client)
    }, signal)
  }

  /** Resolves when the client is connected; rejects when the current attempt fails. */
  async #ready(): Promise<void> {
    if (this.#client.status === 'ready' && this.#client.stream?.writable !== false) return
    this.#readiness ??= this.#nextAttempt().finally(() => {
      this.#readiness = null
    })
    return this.#readiness
  }

  async #nextAttempt(): Promise<void> {
    // The connection is ending, and the driver has not reported it yet.
    if (this.#client.status === 'ready') await this.#event('close')
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const onClose = () => reject(this.#failure.reason)
    this.#client.on('ready', resolve)
    this.#client.on('close', onClose)
    // The events report how the attempt ends.
    if (this.#client.status === 'wait') this.#client.connect().catch(() => undefined)
    try {
      await promise
    } finally {
      this.#client.off('ready', resolve)
      this.#client.off('close', onClose)
    }
  }

  /** The driver reports only that a connection was lost: this adds the reason. */
  async #send(...args: Parameters<typeof sendTogether>): Promise<Reply[]> {
    const replies = await sendTogether(...args)
    for (const reply of replies) if (isLost(reply)) reply.reason.cause ??= this.#failure.reason
    return replies
  }

  #event(name: 'close' | 'end'): Promise<void> {
    return new Promise((resolve) => this.#client.once(name, resolve))
  }

  async #leadsToCluster(signal: AbortSignal): Promise<boolean> {
    const [reply] = await this.send([['info', ['cluster']]], signal)
    return /^cluster_enabled:1/m.test(String(resultOf(reply)))
  }
}

/** True where the connection ended before the reply came. */
function isLost(reply: Reply): reply is PromiseRejectedResult & { reason: Error } {
  return (
    reply.status === 'rejected' &&
    reply.reason instanceof Error &&
    reply.reason.name === 'MaxRetriesPerRequestError'
  )
}
