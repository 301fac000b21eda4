import { InvalidInput } from '@tokenward/core/adapter'
import { MongoClient } from 'mongodb'

/** A command, a document or a reply. */
// biome-ignore lint/suspicious/noExplicitAny: as in the driver; `records.ts` checks what was read
export type Document = Record<string, any>

/** What this package uses of a change stream of `mongodb`. */
export interface ChangeStreamLike {
  tryNext(): Promise<Document | null>
  next(): Promise<Document>
  close(): Promise<unknown>
}

/** What this package uses of a `Db` of `mongodb`. */
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

/** What this package uses of a `MongoClient` of `mongodb`. */
export interface MongoClientLike {
  readonly options?: {
    readonly directConnection?: boolean | undefined
    readonly hosts?: readonly { readonly host?: string | undefined }[] | undefined
  }
  connect?(): Promise<unknown>
  /** Without a name: the database that the URL names. */
  db(name?: string): DatabaseLike
}

/** The driver's view of the servers. */
export interface TopologyLike {
  readonly servers: ReadonlyMap<string, { readonly error: unknown }>
}

type TopologyListener = (event: { newDescription: TopologyLike }) => void

/** A client that this package made, and closes. */
export interface OwnedClient extends MongoClientLike {
  close(): Promise<void>
  on(event: 'topologyDescriptionChanged', listener: TopologyListener): unknown
  off(event: 'topologyDescriptionChanged', listener: TopologyListener): unknown
}

/**
 * Every call ends at its signal, whatever these are. They end silent connections, so that the next call
 * gets a new one: a silent server is given up after `connectTimeoutMS` + `heartbeatFrequencyMS`.
 */
const TIMEOUTS = {
  connectTimeoutMS: 2_500,
  heartbeatFrequencyMS: 2_000,
  // Not shorter than `open()` may take.
  serverSelectionTimeoutMS: 30_000,
  waitQueueTimeoutMS: 60_000,
  // Building an index may take this long.
  socketTimeoutMS: 60_000,
}

/** Core sends batches: more connections would only move the queue to the server. */
const POOL = { maxPoolSize: 16 }

/** The driver must send no command twice. */
const NO_RETRIES = { retryWrites: false, retryReads: false }

/**
 * Makes a client, which connects to nothing yet. Options in the URL win over the defaults.
 * @throws InvalidInput where the driver refuses the URL
 */
export function makeClient(url: string): OwnedClient {
  try {
    return new MongoClient(url, {
      ...defaultsNotInUrl(url, { appName: 'tokenward', ...POOL, ...TIMEOUTS }),
      ...NO_RETRIES,
    })
  } catch (error) {
    throw invalidUrl(error)
  }
}

function defaultsNotInUrl<T extends object>(url: string, defaults: T): Partial<T> {
  const given = [...new URLSearchParams(url.split('?')[1]).keys()].map((name) => name.toLowerCase())
  const left = Object.entries(defaults).filter(([name]) => !given.includes(name.toLowerCase()))
  return Object.fromEntries(left) as Partial<T>
}

export const URL_FORM = 'mongodb://user:password@host:27017/database'

/** @param error of the driver; it may contain the URL and so a password, and is not passed on then */
export function invalidUrl(error?: unknown): InvalidInput {
  const reason = error instanceof Error ? error.message : ''
  // Names of options are no secret.
  if (/^options? [\w, ]+ (is|are) not supported$/.test(reason)) {
    return new InvalidInput('server', `is a URL whose ${reason} by the driver.`)
  }
  return new InvalidInput(
    'server',
    `must be a URL, as ${URL_FORM}, with special characters %-encoded and options that the driver knows, or a MongoClient of mongodb.`,
  )
}
