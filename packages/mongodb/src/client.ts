import { setTimeout as pause } from 'node:timers/promises'
import { ClientCalls, type Closed, noAnswer } from '@tokenward/core/adapter'
import {
  type ChangeStreamLike,
  type Document,
  type MongoClientLike,
  makeClient,
  type OwnedClient,
  type TopologyLike,
} from './driver.ts'
import { isConnectTimeout, refusalOf, STORE, withHelp } from './errors.ts'

/** The longest that the server works on a command. */
export const MAX_TIME_MS = 60_000

/** The server replies to a silent change stream after this time. */
const MAX_AWAIT_MS = 1_000

const CLOSE_RETRY_MS = 5

/** The client of one repository: its own, or a caller-owned one. */
export class Client {
  readonly #client: MongoClientLike
  /** The same client, unless the caller owns it. */
  readonly #owned: OwnedClient | null
  readonly #calls = new ClientCalls()
  readonly database: string
  #connecting = 0

  /** Connects to nothing yet. */
  constructor(server: string | MongoClientLike) {
    this.#owned = typeof server === 'string' ? makeClient(server) : null
    this.#client = this.#owned ?? (server as MongoClientLike)
    this.database = this.#client.db().databaseName
  }

  /** Every command goes to the one node of the URL, be it the primary or not. */
  get direct(): boolean {
    return this.#client.options?.directConnection === true
  }

  /** The hosts of the URL, where the client shows them. */
  get hosts(): readonly string[] {
    // A Unix socket has no host.
    return (this.#client.options?.hosts ?? []).flatMap(({ host }) => host ?? [])
  }

  /**
   * Resolves with the first reply of `hello`. A client of this package rejects at once where every
   * server refuses connections.
   * @param timeoutMs within which the signal fires, for the message of the error
   */
  async connect(signal: AbortSignal, timeoutMs: number): Promise<Document> {
    const refused = new AbortController()
    const onChange = ({ newDescription }: { newDescription: TopologyLike }) => {
      const error = refusalOf(newDescription)
      if (error) refused.abort(error)
    }
    this.#owned?.on('topologyDescriptionChanged', onChange)
    try {
      return await this.#keepTrying(AbortSignal.any([signal, refused.signal]), timeoutMs)
    } catch (error) {
      throw refused.signal.aborted ? withHelp(refused.signal.reason) : error
    } finally {
      this.#owned?.off('topologyDescriptionChanged', onChange)
    }
  }

  /**
   * Sends one command to the primary, once: the driver does not retry `command()`. When the signal
   * fires or the client closes, the call rejects at once, and the driver destroys its connection: a
   * late reply cannot be taken for that of the next command.
   */
  async run(
    command: Document,
    signal: AbortSignal,
    database: string = this.database,
  ): Promise<Document> {
    return this.#call((ending) => {
      const options = { readPreference: 'primary', signal: ending } as const
      return this.#client.db(database).command(command, options)
    }, signal)
  }

  /** Runs the commands concurrently; the first one that fails aborts the others. */
  async runAll(commands: readonly Document[], signal: AbortSignal): Promise<Document[]> {
    const together = new AbortController()
    const abort = () => together.abort(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    try {
      return await Promise.all(commands.map((command) => this.run(command, together.signal)))
    } catch (error) {
      together.abort(error)
      throw error
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  /** The changes of a collection from its first call on, which is the first to use the network. */
  changes(collection: string, pipeline: Document[]): ChangeStreamLike {
    return this.#client
      .db(this.database)
      .collection(collection)
      .watch(pipeline, { maxAwaitTimeMS: MAX_AWAIT_MS })
  }

  /** Pending calls reject with `closed`. A caller-owned client stays open. */
  async close(closed: Closed): Promise<void> {
    this.#calls.close(closed)
    if (!this.#owned) return
    await this.#owned.close()
    // While the driver reads certificates or resolves names, close() finds nothing to close, and the
    // driver connects afterwards.
    while (this.#connecting > 0) {
      await pause(CLOSE_RETRY_MS)
      await this.#owned.close()
    }
  }

  /** On a busy machine single attempts may time out: these are repeated until the signal fires. */
  async #keepTrying(signal: AbortSignal, timeoutMs: number): Promise<Document> {
    let cause: unknown
    while (!signal.aborted) {
      try {
        await this.#call(() => this.#connect(), signal)
        return await this.run({ hello: 1 }, signal, 'admin')
      } catch (error) {
        if (signal.aborted) break
        if (!isConnectTimeout(error)) throw error
        cause = error
      }
    }
    throw noAnswer(STORE, timeoutMs, cause ?? signal.reason)
  }

  /** Separate from the first command: the driver does not abort a command while it connects for it. */
  async #connect(): Promise<void> {
    this.#connecting++
    try {
      await this.#client.connect?.()
    } finally {
      this.#connecting--
    }
  }

  async #call<T>(call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await this.#calls.run(call, signal)
    } catch (error) {
      throw withHelp(error)
    }
  }
}
