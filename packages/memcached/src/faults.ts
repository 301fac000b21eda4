// The codes of Node's sockets.
const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: start the server, or check the host and the port.',
  ENOTFOUND: 'the host is not known: check the address.',
}

/** The error, with what to do about it where that is known. */
export function explained(error: unknown): unknown {
  const advice = error instanceof Error && 'code' in error ? ADVICE[String(error.code)] : undefined
  return advice === undefined ? error : new Error(`Memcached: ${advice}`, { cause: error })
}

/** In the words of the two drivers. */
export function isConnectTimeout(error: unknown): boolean {
  const message = error instanceof Error ? error.message : ''
  return /^(connect timeout|Timed out while trying to establish connection)$/.test(message)
}

export function noAnswer(cause: unknown): Error {
  const message = 'Memcached: no answer came: check the address, and the firewalls on the way.'
  return new Error(message, { cause })
}

/** @param module what is not installed */
export function notInstalled(module: string, cause: unknown): Error {
  return new Error(`Memcached: the client is not installed: npm install ${module}`, { cause })
}
