import { ClientCalls } from '@tokenward/core/adapter'
import { makeClusterConnection, makeConnection } from './connection.ts'
import {
  type Address,
  type CallerClient,
  type Command,
  type Connection,
  isAddress,
  type Reply,
  resultOf,
} from './driver.ts'
import { databaseNotSelectable } from './errors.ts'

/** A connection that the adapter owns, with the calls that use it. */
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
  readonly #connection: Connection
  readonly #calls = new ClientCalls()

  private constructor(connection: Connection) {
    this.#connection = connection
    this.isCluster = connection.isCluster
    this.hasSentinels = connection.hasSentinels
    this.user = connection.user
    this.keyPrefix = connection.keyPrefix
  }

  static async open(server: Address | CallerClient, signal: AbortSignal): Promise<Client> {
    const client = new Client(await makeConnection(server))
    try {
      if (client.isCluster || !(await client.#leadsToCluster(signal))) return client
      // The server itself would say so only for some keys.
      if (!isAddress(server)) throw new Error('MOVED The keys are on several nodes')
      if (server.db !== 0) throw databaseNotSelectable(server.db)
      await client.#connection.disconnect()
      return new Client(await makeClusterConnection(server))
    } catch (error) {
      await client.#connection.disconnect()
      throw error
    }
  }

  /** Call it when opening is over: from then on a silent connection is given up soon. */
  endOpening(): void {
    this.#connection.endOpening()
  }

  /** Sends all in one round trip, and returns a reply or an error for each. */
  send(commands: readonly Command[], signal: AbortSignal): Promise<readonly Reply[]> {
    return this.#use((connection) => connection.send(commands, false), signal)
  }

  /** As `send()`, with buffers in place of strings in the replies. */
  sendRaw(commands: readonly Command[], signal: AbortSignal): Promise<readonly Reply[]> {
    return this.#use((connection) => connection.send(commands, true), signal)
  }

  /** As `send()`, to each primary of a cluster. */
  sendToAll(
    commands: readonly Command[],
    signal: AbortSignal,
  ): Promise<readonly (readonly Reply[])[]> {
    return this.#use((connection) => connection.sendToAll(commands), signal)
  }

  /** Lasts until `close()`. */
  subscribe(
    channel: string,
    onMessage: (message: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const listener = (message: string) => {
      if (!this.#calls.isClosed) onMessage(message)
    }
    return this.#use((connection) => connection.subscribe(channel, listener), signal)
  }

  /** Calls under way, and later ones, reject with `reason`. */
  async close(reason: Error): Promise<void> {
    this.#calls.close(reason)
    await this.#connection.disconnect()
  }

  /**
   * Sends nothing before the connection is ready, nor after the signal fired. A reply that comes after
   * the signal is dropped: the drivers match replies by their order.
   */
  #use<T>(work: (connection: Connection) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#calls.run(async (ending) => {
      await this.#connection.ready()
      ending.throwIfAborted()
      return work(this.#connection)
    }, signal)
  }

  async #leadsToCluster(signal: AbortSignal): Promise<boolean> {
    const [reply] = await this.send([['info', ['cluster']]], signal)
    return /^cluster_enabled:1/m.test(String(resultOf(reply)))
  }
}
