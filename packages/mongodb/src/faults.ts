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
  ECONNREFUSED: 'connection refused: start the server, or check the host and the port.',
  ENOTFOUND: 'the host is not known: check the address.',
}

export const DUPLICATE_KEY = 11_000
export const NAMESPACE_EXISTS = 48

/** Time-outs, shut-downs and elections: they leave open what the server would answer. */
const NO_ANSWER = ['50', '91', '189', '10107', '11600', '11602', '13435', '13436']

/** The host and the port lead to no server. */
const FINAL = ['ECONNREFUSED', 'ENOTFOUND', 'EACCES', 'ENOENT']

/** The error, with what to do about it where that is known. */
export function explained(error: unknown): unknown {
  const advice = chainOf(error).flatMap((each) => ADVICE[codeOf(each)] ?? [])[0]
  return advice === undefined ? error : new Error(`MongoDB: ${advice}`, { cause: error })
}

/** The server has read the command and refuses it: this user may not run it, or it has none such. */
export function isRefusal(error: unknown): boolean {
  const codes = chainOf(error).map(codeOf)
  return codes.some((code) => /^\d+$/.test(code)) && !codes.some((code) => NO_ANSWER.includes(code))
}

/** No connection was made in time, for no other reason than the time. */
export function isConnectTimeout(error: unknown): boolean {
  const chain = chainOf(error)
  if (chain.some((each) => codeOf(each) !== '')) return false
  const [{ name = '' } = {}] = chain.slice(-1)
  return name === 'MongoNetworkTimeoutError' || name === 'MongoServerSelectionError'
}

/** What is used of the driver's view of the servers. */
export interface TopologyLike {
  readonly servers: ReadonlyMap<string, { readonly error: unknown }>
}

/** Why each server refuses connections, where each does: then waiting does not help. */
export function refusalOf({ servers }: TopologyLike): unknown {
  const errors = [...servers.values()].map(({ error }) => error)
  const isFinal = (error: unknown) => chainOf(error).some((each) => FINAL.includes(codeOf(each)))
  return errors.every(isFinal) ? errors[0] : undefined
}

/** The error, and all that the driver gives as its cause. */
function chainOf(error: unknown): readonly Error[] {
  if (!(error instanceof Error)) return []
  return [error, ...serverErrors(error).flatMap(chainOf), ...chainOf(error.cause)]
}

function codeOf(error: Error): string {
  return 'code' in error && error.code !== undefined ? String(error.code) : ''
}

/** Why no server was chosen: the last error of each that is known. */
function serverErrors(error: Error): readonly unknown[] {
  const { servers } = ('reason' in error && error.reason ? error.reason : {}) as {
    servers?: unknown
  }
  if (!(servers instanceof Map)) return []
  return [...servers.values()].map(({ error: last }: { error?: unknown }) => last)
}
