import type { Command, Connection, Reply } from './driver.ts'
import { CALL_TIMEOUTS, OPENING_TIMEOUTS, retryDelayMs } from './driver-options.ts'
import { ConnectionLost } from './errors.ts'
import type { NodeRedisClient, NodeRedisLike } from './node-redis.ts'

/** A subscription gets no replies: this shows whether its connection still lives. */
const PING_INTERVAL_MS = 1_000

/** Replies to be decoded as buffers, by the first byte of a bulk string in RESP. */
const RAW = { typeMapping: { 36: Buffer } }

interface DriverOptions {
  readonly socket?: object
  readonly username?: string
}

/**
 * The driver neither queues a command while it is not connected nor sends one again: with
 * `disableOfflineQueue` it rejects what was not answered when the connection broke.
 */
function overrides(options: DriverOptions): object {
  const socket = {
    ...options.socket,
    // Below, a timer bounds the whole attempt. The driver's own would count idle time as silence.
    connectTimeout: OPENING_TIMEOUTS.connectTimeout,
    socketTimeout: undefined,
    reconnectStrategy: retryDelayMs,
  }
  return {
    socket,
    disableOfflineQueue: true,
    commandsQueueMaxLength: undefined,
    commandOptions: { timeout: undefined },
    // Replies have the form that `ioredis` gives them.
    RESP: 2,
    clientSideCache: undefined,
    emitInvalidate: undefined,
    maintNotifications: 'disabled',
    pingInterval: undefined,
    readonly: false,
    name: 'tokenward',
    disableClientInfo: true,
  }
}

/** By `redis` (node-redis): to one server. */
export class NodeRedisConnection implements Connection {
  readonly isCluster = false
  readonly hasSentinels = false
  readonly user: string
  readonly keyPrefix = ''
  readonly #template: NodeRedisLike
  #client: NodeRedisClient
  #subscription: readonly [channel: string, onMessage: (message: string) => void] | null = null
  /** How long an attempt to connect, or a reply, may take. */
  #silenceMs = OPENING_TIMEOUTS.socketTimeout
  #attempt: NodeJS.Timeout | undefined
  #pings: NodeJS.Timeout | undefined
  #isStarted = false
  #isClosed = false
  #readiness: PromiseWithResolvers<void> | null = null

  constructor(template: NodeRedisLike) {
    this.#template = template
    this.user = (template.options as DriverOptions).username || 'default'
    this.#client = this.#make()
  }

  async ready(): Promise<void> {
    if (this.#client.isReady) return
    this.#readiness ??= Promise.withResolvers<void>()
    const { promise } = this.#readiness
    if (!this.#isStarted) this.#connect()
    return promise
  }

  async send(commands: readonly Command[], raw: boolean): Promise<readonly Reply[]> {
    const client = this.#client
    const silence = setTimeout(() => this.#replace(client), this.#silenceMs)
    const options = raw ? RAW : undefined
    // The driver writes together what it gets in one turn.
    const replies = await Promise.allSettled(
      commands.map(([name, args]) => client.sendCommand([name, ...args.map(String)], options)),
    )
    clearTimeout(silence)
    // The primary was demoted: its address leads to the new one.
    if (replies.some((reply) => isReply(reply, 'READONLY'))) this.#replace(client)
    return replies.map((reply) =>
      reply.status === 'rejected' && !isReply(reply)
        ? { ...reply, reason: new ConnectionLost(reply.reason) }
        : reply,
    )
  }

  async sendToAll(commands: readonly Command[]): Promise<readonly (readonly Reply[])[]> {
    return [await this.send(commands, false)]
  }

  async subscribe(channel: string, onMessage: (message: string) => void): Promise<void> {
    await this.#client.subscribe(channel, onMessage)
    this.#subscription = [channel, onMessage]
    this.#pings ??= setInterval(() => {
      if (this.#client.isReady) void this.send([['ping', []]], false)
    }, PING_INTERVAL_MS)
  }

  endOpening(): void {
    this.#silenceMs = CALL_TIMEOUTS.socketTimeout
  }

  async disconnect(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#attempt)
    clearInterval(this.#pings)
    this.#client.destroy()
    this.#settle(new ConnectionLost())
  }

  #make(): NodeRedisClient {
    const options = this.#template.options as DriverOptions
    const client = this.#template.duplicate(overrides(options))
    const ifCurrent = (work: () => void) => () => {
      if (client === this.#client) work()
    }
    client.on(
      'reconnecting',
      ifCurrent(() => this.#limitAttempt()),
    )
    client.on(
      'ready',
      ifCurrent(() => this.#settle(null)),
    )
    // Without a listener the process would end. After an error the driver connects again.
    client.on('error', (error) => ifCurrent(() => this.#settle(error))())
    return client
  }

  #connect(): void {
    this.#isStarted = true
    this.#limitAttempt()
    const subscription = this.#subscription
    const client = this.#client
    // The events report how an attempt ends; this resolves when one succeeds.
    client
      .connect()
      .then(() => subscription && client.subscribe(...subscription))
      .catch(() => undefined)
  }

  #limitAttempt(): void {
    clearTimeout(this.#attempt)
    const client = this.#client
    this.#attempt = setTimeout(() => this.#replace(client), this.#silenceMs)
  }

  /** Ends an attempt: with an error, those who wait for it reject. */
  #settle(error: Error | null): void {
    clearTimeout(this.#attempt)
    const waiting = this.#readiness
    this.#readiness = null
    if (error) waiting?.reject(error)
    else waiting?.resolve()
  }

  /** The driver has no way to end one connection and to keep the client. */
  #replace(silent: NodeRedisClient): void {
    if (silent !== this.#client || this.#isClosed) return
    this.#client = this.#make()
    this.#settle(new ConnectionLost())
    silent.destroy()
    this.#connect()
  }
}

/** Whether the server replied with an error, of any or of this code. */
function isReply(reply: Reply, code = '[A-Z]{2,}'): boolean {
  if (reply.status === 'fulfilled') return false
  return new RegExp(`^${code} `).test(String((reply.reason as Error)?.message))
}
