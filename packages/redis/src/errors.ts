import { withHelp as addHelp, errorCode, SOCKET_HELP } from '@tokenward/core/adapter'
import type { ClientLike } from './driver.ts'

/** How the errors name the store. */
const STORE = 'Redis'

const CONNECTION_LOST = 'the connection was lost before the reply came; the command may have run.'

/** By the first word of an error of Redis, or the code of an error of Node's sockets. */
const HELP_BY_CODE: Readonly<Record<string, string>> = {
  ...SOCKET_HELP,
  CLUSTERDOWN: 'the cluster is down: some slots have no node.',
  ConnectionLost: CONNECTION_LOST,
  ERR_MODULE_NOT_FOUND: 'the driver is not installed: npm install ioredis',
  LOADING: 'the server is loading its data.',
  MASTERDOWN: 'this is a replica that has lost its primary: give the address of the primary.',
  MaxRetriesPerRequestError: CONNECTION_LOST,
  MISCONF: 'the server cannot write to its disk: free disk space.',
  MOVED: 'this is one node of a cluster: pass its URL, or a Cluster of ioredis.',
  NOAUTH: 'the server requires a login: put the user and the password into the URL.',
  NOPERM: 'this user lacks a right: see the grants in the README of @tokenward/redis.',
  NOREPLICAS: 'too few replicas are connected for a write: see min-replicas-to-write.',
  OOM: 'the memory is full: raise maxmemory.',
  PAST: 'the clock of the server is more than an hour ahead: correct it.',
  READONLY: 'this is a replica: give the address of the primary.',
  WRONGTYPE: 'an index of this namespace was replaced by another type of value: delete that key.',
  WRONGPASS: 'login refused: check the user and the password (in a URL %-encoded).',
}

/** The wording of Redis 7 and of later versions. */
const DENIED_IN_SCRIPT = /^ERR (The user executing the script can't|ACL failure in script)/

/**
 * The error code of Redis or of a socket. Where no node of a cluster can be reached, it is the code of
 * the last node's error.
 */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const last = lastNodeErrorOf(error)
  if (last !== undefined) return codeOf(last)
  if (DENIED_IN_SCRIPT.test(error.message)) return 'NOPERM'
  const [word = ''] = error.message.split(' ', 1)
  if (word in HELP_BY_CODE || word === 'NOSCRIPT') return word
  if (error.name in HELP_BY_CODE) return error.name
  return errorCode(error)
}

/**
 * The error with help on what to do, where there is any. Errors of the driver contain the command that
 * failed, and so records and passwords: only the messages of such errors and of their causes are kept.
 */
export function withHelp(error: unknown): unknown {
  return addHelp(STORE, withoutCommand(error), HELP_BY_CODE[codeOf(error)])
}

function withoutCommand(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const inner = error.cause ?? lastNodeErrorOf(error)
  const cause = inner === undefined ? undefined : withoutCommand(inner)
  if (!('command' in error) && cause === error.cause) return error
  const copy = new Error(error.message, cause === undefined ? undefined : { cause })
  return Object.assign(copy, { code: codeOf(error) })
}

function lastNodeErrorOf(error: Error): unknown {
  return 'lastNodeError' in error ? (error.lastNodeError ?? undefined) : undefined
}

/**
 * Why a client is not connected. The driver reports that by events alone, and rejects calls with
 * another error.
 */
export class ConnectionFailure {
  #reason = connectionClosed()

  constructor(client: ClientLike) {
    let isRefused = false
    // Without a listener the driver would print its errors.
    client.on('error', (error) => {
      if (isRefused) return // A consequence of the disconnect below.
      isRefused = isFromSelect(error)
      this.#reason = isRefused ? databaseNotSelectable(databaseOf(client), error) : error
      // The driver would continue in database 0, which holds other records: end it before it is ready.
      if (isRefused) client.disconnect(true)
    })
    client.on('close', () => {
      isRefused = false
    })
    client.on('ready', () => {
      this.#reason = connectionClosed()
    })
  }

  get reason(): Error {
    return this.#reason
  }
}

/** The connection ended before the reply came. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'

  constructor(cause?: unknown) {
    super('the connection was lost', cause === undefined ? undefined : { cause })
  }
}

export function databaseNotSelectable(database: number, cause?: Error): Error {
  const message = `Redis: database ${database} cannot be selected: check "databases" in the configuration (a cluster has database 0 alone) and the user's right to SELECT.`
  return new Error(message, cause && { cause })
}

function connectionClosed(): Error {
  return new Error('Redis: the connection was closed')
}

function isFromSelect(error: Error): boolean {
  return 'command' in error && (error.command as { name?: unknown } | null)?.name === 'select'
}

function databaseOf({ options }: ClientLike): number {
  return Number('db' in options ? options.db : 0)
}
