import { setTimeout as pause } from 'node:timers/promises'
import {
  allowSlowOpening,
  type ClientLike,
  type Command,
  type Connection,
  type Reply,
  resultOf,
  sendTogether,
} from './driver.ts'
import { ConnectionFailure } from './errors.ts'

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

/** By `ioredis`: to one server, or to all nodes of a cluster. */
export class IoredisConnection implements Connection {
  readonly isCluster: boolean
  readonly hasSentinels: boolean
  readonly user: string
  readonly keyPrefix: string
  readonly endOpening: () => void
  readonly #client: ClientLike
  #readiness: Promise<void> | null = null
  readonly #failure: ConnectionFailure

  constructor(client: ClientLike) {
    this.#client = client
    this.isCluster = client.isCluster
    const { sentinels, username, keyPrefix, redisOptions } = client.options as DriverOptions
    this.hasSentinels = Boolean(sentinels)
    this.user = (redisOptions?.username ?? username) || 'default'
    this.keyPrefix = String(keyPrefix ?? '')
    this.endOpening = allowSlowOpening(client)
    this.#failure = new ConnectionFailure(client)
  }

  async ready(): Promise<void> {
    if (this.#client.status === 'ready' && this.#client.stream?.writable !== false) return
    this.#readiness ??= this.#nextAttempt().finally(() => {
      this.#readiness = null
    })
    return this.#readiness
  }

  send(commands: readonly Command[], raw: boolean): Promise<readonly Reply[]> {
    return this.#send(this.#client, commands, raw ? 'callBuffer' : 'call')
  }

  sendToAll(commands: readonly Command[]): Promise<readonly (readonly Reply[])[]> {
    const primaries = this.#client.nodes?.('master') ?? [this.#client]
    return Promise.all(primaries.map((node) => this.#send(node, commands)))
  }

  async subscribe(channel: string, onMessage: (message: string) => void): Promise<void> {
    this.#client.on('message', (on, message) => {
      if (on === channel) onMessage(message)
    })
    // The driver subscribes again after it has reconnected.
    const [reply] = await this.send([['subscribe', [channel]]], false)
    resultOf(reply)
  }

  async disconnect(): Promise<void> {
    if (!ACTIVE_STATUSES.includes(this.#client.status)) return this.#client.disconnect()
    const timer = new AbortController()
    const ended = this.#event('end')
    this.#client.disconnect()
    await Promise.race([ended, pause(CLOSE_TIMEOUT_MS, null, timer).catch(() => null)])
    timer.abort()
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
}

/** True where the connection ended before the reply came. */
function isLost(reply: Reply): reply is PromiseRejectedResult & { reason: Error } {
  return (
    reply.status === 'rejected' &&
    reply.reason instanceof Error &&
    reply.reason.name === 'MaxRetriesPerRequestError'
  )
}
