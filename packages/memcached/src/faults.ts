// The codes of Node's sockets, and of a signal that fired.
const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there: start the server, or look at the address and the port.',
  ENOTFOUND: 'the host is not known: look at the address.',
  [DOMException.TIMEOUT_ERR]: 'no answer came: look at the address, and at what stands in between.',
}

/** The error, with what to do about it where that is known. */
export function explained(error: unknown): unknown {
  const advice = error instanceof Error && 'code' in error ? ADVICE[String(error.code)] : undefined
  return advice === undefined ? error : new Error(`Memcached: ${advice}`, { cause: error })
}

/** @param module what is not installed */
export function notInstalled(module: string, cause: unknown): Error {
  return new Error(`Memcached: the client is not installed: npm install ${module}`, { cause })
}
