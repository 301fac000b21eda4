import { Closed } from '@tokenward/core'
import { assertUrl, explained, unusableUrl } from './faults.ts'

/** What goes to the server and comes from it. */
// biome-ignore lint/suspicious/noExplicitAny: as the driver has it; `records.ts` looks what came
export type Document = Record<string, any>

/** What is used of a change stream of `mongodb`. */
export interface ChangeStreamLike {
  tryNext(): Promise<Document | null>
  next(): Promise<Document>
  close(): Promise<unknown>
}

/** What is used of a `Db` of `mongodb`. */
export interface DatabaseLike {
  readonly databaseName: string
  command(
    command: Document,
    options: { readonly readPreference: 'primary'; readonly signal: AbortSignal },
  ): Promise<Document>
  collection(name: string): {
    watch(pipeline: Document[], options: { readonly maxAwaitTimeMS: number }): ChangeStreamLike
  }
}

/** What is used of a `MongoClient` of `mongodb`. */
export interface MongoClientLike {
  readonly options?: { readonly directConnection?: boolean | undefined }
  /** Without a name: the database that the URL names. */
  db(name?: string): DatabaseLike
}

interface OwnClient extends MongoClientLike {
  close(): Promise<void>
}

/**
 * In ms. Each call ends at its signal, whatever these say; they end what nobody waits for any more,
 * on the way to the server and on the server. A server that fell silent is given up after
 * `connectTimeoutMS` + `heartbeatFrequencyMS`.
 */
const TIMES = {
  connectTimeoutMS: 2_500,
  heartbeatFrequencyMS: 2_000,
  serverSelectionTimeoutMS: 3_000,
  waitQueueTimeoutMS: 10_000,
  // An index may take its time.
  socketTimeoutMS: 60_000,
}

/** Core asks in batches: more connections would only wait on the server instead of here. */
const CONNECTIONS = { maxPoolSize: 16 }

const REPEATS = { retryWrites: false, retryReads: false }

/** How long the server works on a command, ms. */
export const MAX_TIME = 5_000

/** How long a change stream may be silent before the server says that nothing happened, ms. */
const SILENCE = 1_000

/** The client of one repository, ours or the caller's. */
export class Connections {
  readonly #client: MongoClientLike
  readonly #end: () => Promise<void>
  readonly #calls = new Set<AbortController>()
  readonly database: string
  #closed: Closed | null = null

  private constructor(client: MongoClientLike, end: () => Promise<void>) {
    this.#client = client
    this.#end = end
    this.database = client.db().databaseName
  }

  static async open(server: string | MongoClientLike): Promise<Connections> {
    if (typeof server !== 'string') return new Connections(server, async () => undefined)
    const client = await makeClient(server)
    return new Connections(client, () => client.close())
  }

  get closed(): boolean {
    return this.#closed !== null
  }

  /** Each call goes to the node that is asked, whatever it is. */
  get direct(): boolean {
    return this.#client.options?.directConnection === true
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
    if (this.#closed) throw this.#closed
    signal.throwIfAborted()
    const call = new AbortController()
    const cut = Promise.withResolvers<never>()
    call.signal.addEventListener('abort', () => cut.reject(call.signal.reason), { once: true })
    const abort = () => call.abort(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    this.#calls.add(call)
    try {
      const options = { readPreference: 'primary', signal: call.signal } as const
      const reply = this.#client.db(database).command(command, options)
      return await Promise.race([reply, cut.promise])
    } catch (error) {
      throw explained(error)
    } finally {
      signal.removeEventListener('abort', abort)
      this.#calls.delete(call)
    }
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

  /** What the collection is told from now on; nothing is sent before the first question. */
  changes(collection: string, pipeline: Document[]): ChangeStreamLike {
    if (this.#closed) throw this.#closed
    return this.#client
      .db(this.database)
      .collection(collection)
      .watch(pipeline, { maxAwaitTimeMS: SILENCE })
  }

  /** Whoever waits gets `Closed`; a client of the caller stays as it was. */
  async close(): Promise<void> {
    this.#closed = new Closed('The mongodb repository is closed: call open() first')
    for (const call of this.#calls) call.abort(this.#closed)
    await this.#end()
  }
}

async function makeClient(url: string): Promise<OwnClient> {
  assertUrl(url)
  const { MongoClient } = await import('mongodb').catch((error) => Promise.reject(explained(error)))
  try {
    return new MongoClient(url, {
      ...unsaid(url, { appName: 'tokenward', ...CONNECTIONS, ...TIMES }),
      ...REPEATS,
    })
  } catch {
    throw unusableUrl() // The driver's own error repeats it.
  }
}

/** What the URL says itself stands. */
function unsaid<T extends object>(url: string, defaults: T): Partial<T> {
  const said = [...new URLSearchParams(url.split('?')[1]).keys()].map((name) => name.toLowerCase())
  const left = Object.entries(defaults).filter(([name]) => !said.includes(name.toLowerCase()))
  return Object.fromEntries(left) as Partial<T>
}
