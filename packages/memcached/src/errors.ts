import { withHelp as addHelp, errorCode, SOCKET_HELP } from '@tokenward/core/adapter'

/** How the errors name the store. */
export const STORE = 'Memcached'

/** By the codes of Node's sockets. */
const HELP_BY_CODE = SOCKET_HELP

/** The error with help on what to do, where there is any. */
export function withHelp(error: unknown): unknown {
  return addHelp(STORE, error, HELP_BY_CODE[errorCode(error)])
}

/** By the messages of the two drivers. */
export function isConnectTimeout(error: unknown): boolean {
  const message = error instanceof Error ? error.message : ''
  return /^(connect timeout|Timed out while trying to establish connection)$/.test(message)
}

export function notInstalled(driver: string, cause: unknown): Error {
  return new Error(`Memcached: the driver is not installed: npm install ${driver}`, { cause })
}

export function unexpectedReply(): Error {
  return new Error('Memcached sent a reply that does not match the request')
}
