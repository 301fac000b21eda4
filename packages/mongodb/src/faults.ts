import { InvalidInput } from '@tokenward/core'

// https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml, and Node's sockets.
const ADVICE: Readonly<Record<string, string>> = {
  13: 'this user lacks a right: see the grants in the README of @tokenward/mongodb.',
  18: 'the login was refused: look at the user, the password (in a URL %-encoded), and authSource.',
  50: 'the server took longer than maxTimeMS.',
  59: 'the server does not know this command: use MongoDB 8.0 or later.',
  64: 'too few members acknowledged the write in time: look at rs.status().',
  100: 'there are too few members to acknowledge a write: look at rs.status().',
  121: 'the validator of the collection refuses the record: run prepare() of this version.',
  123: 'linearizable reads need a replica set: start mongod with --replSet, and rs.initiate().',
  189: 'the primary is stepping down.',
  10107: 'the server is not the primary any more.',
  13435: 'the server is not the primary: connect to the replica set (replicaSet=…).',
  ECONNREFUSED: 'nobody listens there: start the server, or look at the address and the port.',
  ENOTFOUND: 'the host is not known: look at the address.',
  ERR_MODULE_NOT_FOUND: 'the driver is not installed: npm install mongodb',
}

export const DUPLICATE_KEY = 11_000
export const NAMESPACE_EXISTS = 48

/** The error, with what to do about it where that is known. */
export function explained(error: unknown): unknown {
  const advice = codesOf(error).flatMap((code) => ADVICE[code] ?? [])[0]
  return advice === undefined ? error : new Error(`MongoDB: ${advice}`, { cause: error })
}

/** Of the error, and of what the driver says is behind it. */
function codesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return []
  const own = 'code' in error ? [String(error.code)] : []
  return [...own, ...serverErrors(error).flatMap(codesOf), ...codesOf(error.cause)]
}

/** Why no server was chosen: the last error of each that is known. */
function serverErrors(error: Error): readonly unknown[] {
  const { servers } = ('reason' in error && error.reason ? error.reason : {}) as {
    servers?: unknown
  }
  if (!(servers instanceof Map)) return []
  return [...servers.values()].map(({ error: last }: { error?: unknown }) => last)
}

/** @throws InvalidInput that does not repeat the URL: there may be a password in it */
export function assertUrl(url: string): void {
  if (!/^mongodb(\+srv)?:\/\/./.test(url)) throw unusableUrl()
}

export function unusableUrl(): InvalidInput {
  return new InvalidInput(
    'server',
    'must be a URL as mongodb://user:password@host:27017/database, with special characters %-encoded and options that the driver knows, or a MongoClient of mongodb.',
  )
}

/** @throws InvalidInput for a name that would burden every index */
export function assertNamespace(namespace: string): void {
  if (Buffer.byteLength(namespace) <= 1024) return
  throw new InvalidInput('namespace', 'must have at most 1024 bytes of UTF-8.')
}
