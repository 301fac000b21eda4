import { InvalidInput } from '@tokenward/core/adapter'
import type { PoolLike } from './driver.ts'

const DURABILITIES = ['durable', 'evicting', 'reverting']
const OPTIONS = ['namespace', 'assume']
const A_URL =
  'a URL as postgres://user:password@host:5432/database, with special characters %-encoded'

/** Those of `pg`; an unknown one would be ignored, and the connection would not be encrypted. */
const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify']
const SSL_PARAMETERS = ['ssl', 'sslmode', 'sslcert', 'sslkey', 'sslrootcert', 'sslnegotiation']

/** @throws InvalidInput that does not repeat the database: there may be a password in it */
export function assertDatabase(database: unknown): asserts database is string | PoolLike {
  if (typeof database === 'string') return assertUrl(database)
  if (database === undefined || database === null) {
    throw invalid(`is ${database}: give ${A_URL}; is the environment variable set?`)
  }
  if (database instanceof Promise) throw invalid('is a promise: await it.')
  if (!hasMethods(database, ['connect', 'on', 'removeListener'])) {
    throw invalid(`must be ${A_URL}, or a Pool of pg: new pg.Pool({ connectionString }).`)
  }
  // The one connection of a client would be lost to the first call that is aborted.
  if ('processID' in database) throw invalid('is a Client of pg: give a Pool of pg.')
}

function assertUrl(url: string): void {
  if (!URL.canParse(url)) throw invalid(`must be ${A_URL}, or a Pool of pg.`)
  const { protocol, username, password, pathname, hash, searchParams } = new URL(url)
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    throw invalid(`must be ${A_URL}, or a Pool of pg.`)
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

/** @throws InvalidInput for options that are none */
export function assertOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw new InvalidInput('options', 'must be an object: { namespace, assume }.')
  }
  for (const name of Object.keys(options)) {
    if (OPTIONS.includes(name)) continue
    throw new InvalidInput(name, `is no option; there are ${OPTIONS.join(' and ')}.`)
  }
  const { namespace, assume } = options as Record<string, unknown>
  if (namespace !== undefined) assertNamespace(namespace)
  if (assume !== undefined) assertAssumed(assume)
}

/** @throws InvalidInput for a name that no column of text holds, or no row of an index */
function assertNamespace(namespace: unknown): void {
  const isName = typeof namespace === 'string' && namespace.isWellFormed()
  if (isName && !namespace.includes('\0') && Buffer.byteLength(namespace) <= 1024) return
  throw new InvalidInput(
    'namespace',
    'must be a well-formed string without NUL, of at most 1024 bytes of UTF-8.',
  )
}

function assertAssumed(assume: unknown): void {
  const known = typeof assume === 'object' && assume !== null ? Object.entries(assume) : [['', '']]
  for (const [name, value] of known) {
    if (name === 'durability' && DURABILITIES.includes(value)) continue
    throw new InvalidInput('assume', `must be { durability: ${DURABILITIES.join(' | ')} }.`)
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
