import {
  type Assumed,
  InvalidInput,
  parseAssumed,
  parseNamespace,
  parseObject,
  parseOneOf,
} from '@tokenward/core/adapter'
import { invalidUrl, type MongoClientLike, makeClient, URL_FORM } from './driver.ts'

/** How records are read from the primary. */
export type ReadConcern = 'linearizable' | 'majority'

const READ_CONCERNS: readonly ReadConcern[] = ['linearizable', 'majority']

export interface ParsedOptions {
  readonly namespace: string
  readonly readConcern: ReadConcern
  readonly assumed: Assumed
}

/** @throws InvalidInput with the name of the option */
export function parseOptions(options: unknown = {}): ParsedOptions {
  const names = ['namespace', 'readConcern', 'assume'] as const
  const { namespace, readConcern = 'linearizable', assume } = parseObject('options', options, names)
  return {
    namespace: parseNamespace(namespace),
    readConcern: parseOneOf('readConcern', readConcern, READ_CONCERNS),
    assumed: parseAssumed(assume),
  }
}

const URL_PARTS = /^mongodb(?:\+srv)?:\/\/([^/?]+)(?:\/([^?]*))?/
/** `admin` and `config` belong to the server; `local` is not replicated. */
const SYSTEM_DATABASES = ['admin', 'config', 'local']

/** @throws InvalidInput for anything but the URL of a database or a client */
export function assertServer(server: unknown): asserts server is string | MongoClientLike {
  if (typeof server === 'string') assertUrl(server)
  else assertClient(server)
}

/** @throws InvalidInput, without the URL: it may contain a password */
function assertUrl(url: string): void {
  const [, authority = '', database = ''] = URL_PARTS.exec(url) ?? []
  const hosts = authority.slice(authority.lastIndexOf('@') + 1).split(',')
  if (hosts.includes('')) throw invalidUrl()
  makeClient(url) // The driver checks the rest, and connects to nothing yet.
  if (database === '') {
    throw new InvalidInput('server', `names no database: add one to the URL, as ${URL_FORM}.`)
  }
  assertDatabaseName(decodeURIComponent(database))
}

function assertDatabaseName(name: string): void {
  const isName = /^[^/\\. "$*<>:|?\0]+$/.test(name) && Buffer.byteLength(name) < 64
  if (isName && !SYSTEM_DATABASES.includes(name)) return
  throw new InvalidInput(
    'server',
    'names a database that cannot store records: name another one. The database of the user is authSource, as ?authSource=admin.',
  )
}

function assertClient(server: unknown): void {
  const { db, databaseName, then, getClient } = Object(server)
  if (typeof db !== 'function') {
    const help =
      (server === undefined && 'is undefined: is the environment variable set?') ||
      (typeof then === 'function' && 'is a promise: await it first.') ||
      (typeof databaseName === 'string' && 'is a Db: pass its MongoClient.') ||
      (typeof getClient === 'function' && 'is a connection of Mongoose: pass its getClient().')
    throw new InvalidInput('server', help || `must be a URL, as ${URL_FORM}, or a MongoClient.`)
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
    throw new InvalidInput('server', 'must be a MongoClient of mongodb 7.8 or later.')
  }
  assertDatabaseName(databaseName)
}
