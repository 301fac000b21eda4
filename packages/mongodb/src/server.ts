import { InvalidInput } from '@tokenward/core/adapter'
import { MongoClient } from 'mongodb'
import type { MongoClientLike } from './driver.ts'
import type { TopologyLike } from './faults.ts'

const URL_FORM = 'mongodb://user:password@host:27017/database'
const URL_PARTS = /^mongodb(?:\+srv)?:\/\/([^/?]+)(?:\/([^?]*))?/
/** What the server keeps for itself; what is in `local` is on one member alone. */
const SYSTEM_DATABASES = ['admin', 'config', 'local']

/** A client that this package has made. */
export interface OwnClient extends MongoClientLike {
  close(): Promise<void>
  on(event: 'topologyDescriptionChanged', listener: TopologyListener): unknown
  off(event: 'topologyDescriptionChanged', listener: TopologyListener): unknown
}

type TopologyListener = (event: { newDescription: TopologyLike }) => void

/**
 * Each call ends at its signal, whatever these are. They end connections that answer nothing, so that
 * the next call finds a new one soon: a silent server is given up after `connectTimeoutMS` +
 * `heartbeatFrequencyMS`.
 */
const TIMEOUTS = {
  connectTimeoutMS: 2_500,
  heartbeatFrequencyMS: 2_000,
  // Not shorter than `open()` may take.
  serverSelectionTimeoutMS: 30_000,
  waitQueueTimeoutMS: 60_000,
  // An index may take its time.
  socketTimeoutMS: 60_000,
}

/** Core asks in batches: more connections would only wait on the server instead of here. */
const CONNECTIONS = { maxPoolSize: 16 }

const REPEATS = { retryWrites: false, retryReads: false }

/** @throws InvalidInput for what is no URL of a database, and no client */
export function assertServer(server: unknown): asserts server is string | MongoClientLike {
  if (typeof server === 'string') assertUrl(server)
  else assertClient(server)
}

/** @throws InvalidInput where the driver refuses the URL */
export function makeClient(url: string): OwnClient {
  try {
    return new MongoClient(url, {
      ...defaultsNotInUrl(url, { appName: 'tokenward', ...CONNECTIONS, ...TIMEOUTS }),
      ...REPEATS,
    })
  } catch (error) {
    throw unusableUrl(error)
  }
}

/** An option that the URL has keeps the URL's value. */
function defaultsNotInUrl<T extends object>(url: string, defaults: T): Partial<T> {
  const given = [...new URLSearchParams(url.split('?')[1]).keys()].map((name) => name.toLowerCase())
  const left = Object.entries(defaults).filter(([name]) => !given.includes(name.toLowerCase()))
  return Object.fromEntries(left) as Partial<T>
}

/** @throws InvalidInput that does not repeat the URL: it may hold a password */
function assertUrl(url: string): void {
  const [, authority = '', database = ''] = URL_PARTS.exec(url) ?? []
  const hosts = authority.slice(authority.lastIndexOf('@') + 1).split(',')
  if (hosts.includes('')) throw unusableUrl()
  makeClient(url) // The driver checks the rest; it connects to nothing yet.
  if (database === '') {
    throw new InvalidInput('server', `names no database: add one to the URL, as ${URL_FORM}.`)
  }
  assertDatabase(decodeURIComponent(database))
}

function assertDatabase(name: string): void {
  const isName = /^[^/\\. "$*<>:|?\0]+$/.test(name) && Buffer.byteLength(name) < 64
  if (isName && !SYSTEM_DATABASES.includes(name)) return
  throw new InvalidInput(
    'server',
    'names a database that cannot hold records: name one of your own. Where your user is defined is authSource, as ?authSource=admin.',
  )
}

function assertClient(server: unknown): void {
  const { db, databaseName, then, getClient } = Object(server)
  if (typeof db !== 'function') {
    const advice =
      (server === undefined && 'is undefined: is the environment variable set?') ||
      (typeof then === 'function' && 'is a promise: await it first.') ||
      (typeof databaseName === 'string' && 'is a Db: pass its MongoClient.') ||
      (typeof getClient === 'function' && 'is a connection of Mongoose: pass its getClient().')
    throw new InvalidInput('server', advice || `must be a URL, as ${URL_FORM}, or a MongoClient.`)
  }
  assertDatabaseOf(server as MongoClientLike)
}

function assertDatabaseOf(client: MongoClientLike): void {
  let database: { databaseName?: unknown; command?: unknown; collection?: unknown }
  try {
    database = Object(client.db())
  } catch (error) {
    throw new InvalidInput('server', 'is a client whose db() throws: pass a MongoClient.', error)
  }
  const { databaseName, command, collection } = database
  const isDatabase = typeof command === 'function' && typeof collection === 'function'
  if (!isDatabase || typeof databaseName !== 'string') {
    throw new InvalidInput('server', 'is no MongoClient of mongodb 7.8 or later.')
  }
  assertDatabase(databaseName)
}

/** @param error of the driver; it may repeat the URL, and then is not passed on */
function unusableUrl(error?: unknown): InvalidInput {
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
