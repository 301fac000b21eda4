import { withHelp as addHelp, errorCode, SOCKET_HELP } from '@tokenward/core/adapter'
import type { TopologyLike } from './driver.ts'

/** How the errors name the store. */
export const STORE = 'MongoDB'

/**
 * By error code of the server or of a socket.
 * https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
 */
const HELP_BY_CODE: Readonly<Record<string, string>> = {
  ...SOCKET_HELP,
  13: 'this user lacks a right: see the grants in the README of @tokenward/mongodb.',
  18: 'login refused: check the user, the password (in a URL %-encoded), and authSource.',
  50: 'the server took longer than maxTimeMS.',
  59: 'the server does not know this command: use MongoDB 8.0 or later.',
  64: 'too few members acknowledged the write in time: check rs.status().',
  100: 'there are too few members to acknowledge a write: check rs.status().',
  121: 'the validator of the collection refuses the record: run prepare() of this version.',
  123: 'linearizable reads need a replica set: start mongod with --replSet, and rs.initiate().',
  189: 'the primary is stepping down.',
  10107: 'the server is not the primary any more.',
  13435: 'the server is not the primary: connect to the replica set (replicaSet=…).',
}

export const DUPLICATE_KEY = 11_000
export const INDEX_NOT_FOUND = 27
export const NAMESPACE_EXISTS = 48
export const INDEX_BUILD_ABORTED = 276

/** Time-outs, shut-downs and elections: they do not tell how the server would reply. */
const TRANSIENT_CODES = ['50', '91', '189', '10107', '11600', '11602', '13435', '13436']

/** The host and the port lead to no server. */
const REFUSAL_CODES = ['ECONNREFUSED', 'ENOTFOUND', 'EACCES', 'ENOENT']

/** The error with help on what to do, where there is any for it or for one of its causes. */
export function withHelp(error: unknown): unknown {
  const help = chainOf(error).flatMap((each) => HELP_BY_CODE[errorCode(each)] ?? [])[0]
  return addHelp(STORE, error, help)
}

/** True where the server refuses the command: the user may not run it, or the server does not know it. */
export function isRefusedCommand(error: unknown): boolean {
  const codes = chainOf(error).map(errorCode)
  return (
    codes.some((code) => /^\d+$/.test(code)) &&
    !codes.some((code) => TRANSIENT_CODES.includes(code))
  )
}

/** True where a connection was not made in time, and no other error is known. */
export function isConnectTimeout(error: unknown): boolean {
  const chain = chainOf(error)
  if (chain.some((each) => errorCode(each) !== '')) return false
  const [{ name = '' } = {}] = chain.slice(-1)
  return name === 'MongoNetworkTimeoutError' || name === 'MongoServerSelectionError'
}

/** The error of one server, where every server refuses connections: then waiting does not help. */
export function refusalOf({ servers }: TopologyLike): unknown {
  const errors = [...servers.values()].map(({ error }) => error)
  const isRefusal = (error: unknown) =>
    chainOf(error).some((each) => REFUSAL_CODES.includes(errorCode(each)))
  return errors.every(isRefusal) ? errors[0] : undefined
}

/** The error and all its causes, also those that the driver keeps elsewhere. */
function chainOf(error: unknown): readonly Error[] {
  if (!(error instanceof Error)) return []
  return [error, ...serverErrors(error).flatMap(chainOf), ...chainOf(error.cause)]
}

/** Why no server was selected: the last error of each server. */
function serverErrors(error: Error): readonly unknown[] {
  const { servers } = ('reason' in error && error.reason ? error.reason : {}) as {
    servers?: unknown
  }
  if (!(servers instanceof Map)) return []
  return [...servers.values()].map(({ error: last }: { error?: unknown }) => last)
}
