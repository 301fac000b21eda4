import { setTimeout as pause } from 'node:timers/promises'
import { Closed } from '@tokenward/core/adapter'
import type { ChangeStreamLike, Document, MongoClientLike } from './driver.ts'
import { explained, isConnectTimeout, refusalOf, type TopologyLike } from './faults.ts'
import { makeClient, type OwnClient } from './server.ts'

/** How long the server works on a command. */
export const MAX_TIME_MS = 60_000

/** How long a change stream may be silent before the server answers that nothing changed. */
const MAX_AWAIT_MS = 1_000

const CLOSE_AGAIN_MS = 5

/** The client of one repository, ours or the caller's. */
export class Client {
  readonly #client: MongoClientLike
  /** The same, where it is ours. */
  readonly #own: OwnClient | null
  readonly #calls = new Set<AbortController>()
  readonly database: string
  #closed: Closed | null = null
  #connecting = 0

  /** Nothing is connected yet. */
  constructor(server: string | MongoClientLike) {
    this.#own = typeof server === 'string' ? makeClient(server) : null
    this.#client = this.#own ?? (server as MongoClientLike)
    this.database = this.#client.db().databaseName
  }

  get closed(): boolean {
    return this.#closed !== null
  }

  /** Each call goes to the node that is asked, whatever it is. */
  get direct(): boolean {
    return this.#client.options?.directConnection === true
  }

  /** The hosts of the URL, as far as the client tells them. */
  get hosts(): readonly string[] {
    // A Unix socket has no host.
    return (this.#client.options?.hosts ?? []).flatMap(({ host }) => host ?? [])
  }

  /** The first answer. A client of ours rejects at once where every server refuses connections. */
  async connect(signal: AbortSignal): Promise<Document> {
    const refused = new AbortController()
    const onChange = ({ newDescription }: { newDescription: TopologyLike }) => {
      const error = refusalOf(newDescription)
      if (error) refused.abort(error)
    }
    this.#own?.on('topologyDescriptionChanged', onChange)
    try {
      return await this.#keepTrying(AbortSignal.any([signal, refused.signal]))
    } catch (error) {
      throw refused.signal.aborted ? explained(refused.signal.reason) : error
    } finally {
      this.#own?.off('topologyDescriptionChanged', onChange)
    }
  }

  /**
   * Sends one command to the primary, once: the driver repeats no bare command. When the signal
   * fires, or this closes, the call rejects at once, and the driver cuts its connection: a late
   * answer is never taken for the next one's.
   */
  async run(
    command: Document,
    signal: AbortSignal,
    database: string = this.database,
  ): Promise<Document> {
    return this.#until(signal, (call) => {
      const options = { readPreference: 'primary', signal: call } as const
      return this.#client.db(database).command(command, options)
    })
  }

  /** Side by side; the first that fails ends the others. */
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

  /** What changes in the collection from now on; nothing is sent before the first question. */
  changes(collection: string, pipeline: Document[]): ChangeStreamLike {
    if (this.#closed) throw this.#closed
    return this.#client
      .db(this.database)
      .collection(collection)
      .watch(pipeline, { maxAwaitTimeMS: MAX_AWAIT_MS })
  }

  /** Calls under way reject with `Closed`; a client of the caller stays as it was. */
  async close(): Promise<void> {
    this.#closed ??= new Closed('The mongodb repository is closed: call open() first')
    for (const call of this.#calls) call.abort(this.#closed)
    if (!this.#own) return
    await this.#own.close()
    // While it reads certificates or asks the DNS, there is nothing to close; it connects afterwards.
    while (this.#connecting > 0) {
      await pause(CLOSE_AGAIN_MS)
      await this.#own.close()
    }
  }

  /** A busy machine may be slower than the time-outs of single connections: these are no answer. */
  async #keepTrying(signal: AbortSignal): Promise<Document> {
    let cause: unknown
    while (!signal.aborted) {
      try {
        await this.#until(signal, () => this.#connect())
        return await this.run({ hello: 1 }, signal, 'admin')
      } catch (error) {
        if (signal.aborted) break
        if (!isConnectTimeout(error)) throw error
        cause = error
      }
    }
    const message = 'MongoDB: no answer came: check the address, and the firewalls on the way.'
    throw new Error(message, { cause: cause ?? signal.reason })
  }

  /** By a call of its own: the driver ends no other when it connects on the way. */
  async #connect(): Promise<void> {
    this.#connecting++
    try {
      await this.#client.connect?.()
    } finally {
      this.#connecting--
    }
  }

  /** The answer; at the signal, or when this closes, its reason at once. */
  async #until<T>(signal: AbortSignal, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#closed) throw this.#closed
    signal.throwIfAborted()
    const call = new AbortController()
    const cut = Promise.withResolvers<never>()
    call.signal.addEventListener('abort', () => cut.reject(call.signal.reason), { once: true })
    const abort = () => call.abort(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    this.#calls.add(call)
    try {
      return await Promise.race([ask(call.signal), cut.promise])
    } catch (error) {
      throw explained(error)
    } finally {
      signal.removeEventListener('abort', abort)
      this.#calls.delete(call)
    }
  }
}
