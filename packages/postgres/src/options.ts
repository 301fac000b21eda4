import { InvalidInput, parseStoreOptions, type StoreOptions } from '@tokenward/core/adapter'
import type { CallerDatabase } from './drivers/make-driver.ts'
import { isPglite } from './drivers/pglite.ts'

const URL_FORM =
  'a URL as postgres://user:password@host:5432/database, with special characters %-encoded'

const CLIENTS =
  'a Pool of pg: new pg.Pool({ connectionString }), a Pool of @neondatabase/serverless, a PGlite, or a function that makes a client of postgres.js: () => sql(url, POSTGRES_JS_SETTINGS)'

/** Those that `pg` knows; an unknown one would be ignored, and the connection would not be encrypted. */
const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify']
const SSL_PARAMETERS = ['ssl', 'sslmode', 'sslcert', 'sslkey', 'sslrootcert', 'sslnegotiation']

/** @throws InvalidInput */
export function parseOptions(options: unknown): Required<StoreOptions> {
  const parsed = parseStoreOptions(options)
  if (!parsed.namespace.includes('\0')) return parsed
  throw new InvalidInput('namespace', 'has a NUL, which Postgres does not store in text.')
}

/** @throws InvalidInput that does not repeat the argument, because it may hold a password */
export function assertDatabase(database: unknown): asserts database is string | CallerDatabase {
  if (typeof database === 'string') return assertUrl(database)
  if (database === undefined || database === null) {
    throw invalid(`is ${database}: give ${URL_FORM}; is the environment variable set?`)
  }
  if (database instanceof Promise) throw invalid('is a promise: await it.')
  if (typeof database === 'function') return assertMaker(database)
  if (hasMethods(database, []) && isPglite(database)) return assertOnDisk(database.dataDir)
  if (!hasMethods(database, ['connect', 'on', 'removeListener'])) {
    throw invalid(`must be ${URL_FORM}, or ${CLIENTS}.`)
  }
  // The single connection of a client would be lost to the first call that is aborted.
  if ('processID' in database) throw invalid('is a Client of pg: give a Pool of pg.')
}

/** A client of postgres.js is a function too. */
function assertMaker(database: object): void {
  if (!('unsafe' in database)) return
  throw invalid(
    'is a client of postgres.js, which the store could not replace where a connection is silent: give a function that makes it: () => sql(url, POSTGRES_JS_SETTINGS).',
  )
}

function assertOnDisk(folder: unknown): void {
  if (typeof folder === 'string' && folder !== '' && !folder.startsWith('memory://')) return
  throw invalid(
    'is a PGlite in memory, which keeps no records: give it a folder, or use @tokenward/memory.',
  )
}

function assertUrl(url: string): void {
  if (!URL.canParse(url)) throw invalid(`must be ${URL_FORM}, or a Pool of pg.`)
  const { protocol, username, password, pathname, hash, searchParams } = new URL(url)
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    throw invalid(`must be ${URL_FORM}, or a Pool of pg.`)
  }
  if (hash !== '') throw invalid('has a # that is not %-encoded: write %23.')
  if (![username, password, pathname].every(isEncoded)) {
    throw invalid('has a % that is not %-encoded: write %25.')
  }
  for (const name of searchParams.keys()) {
    if (!name.startsWith('ssl') || SSL_PARAMETERS.includes(name)) continue
    throw invalid(`has a parameter that pg does not know; it knows ${SSL_PARAMETERS.join(', ')}.`)
  }
  const mode = searchParams.get('sslmode')
  if (mode !== null && !SSL_MODES.includes(mode)) {
    throw invalid(`has an sslmode that pg does not know; it knows ${SSL_MODES.join(', ')}.`)
  }
}

function hasMethods(value: unknown, names: readonly string[]): value is object {
  if (typeof value !== 'object' || value === null) return false
  return names.every((name) => typeof Reflect.get(value, name) === 'function')
}

function isEncoded(part: string): boolean {
  try {
    decodeURIComponent(part)
    return true
  } catch {
    return false
  }
}

function invalid(message: string): InvalidInput {
  return new InvalidInput('database', message)
}
