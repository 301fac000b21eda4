/** What to do about errors of Node's sockets, by their code; for every store that is on a network. */
export const SOCKET_HELP: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: start the server, or check the host and the port.',
  ENOTFOUND: 'the host is not known: check the address.',
}

/**
 * The error with what to do about it, or the error itself where that is not known.
 * @param store as its users write it: `Postgres`
 * @param help what to do, without a secret; `undefined` where it is not known
 */
export function withHelp(store: string, error: unknown, help: string | undefined): unknown {
  return help === undefined ? error : new Error(`${store}: ${help}`, { cause: error })
}

/** The property `code` of an error of a driver or of Node; empty where there is none. */
export function errorCode(error: unknown): string {
  const isCoded = error instanceof Error && 'code' in error && error.code !== undefined
  return isCoded ? String(error.code) : ''
}

/** The error of a server that did not answer within `timeoutMs`. @param cause the last failure */
export function noAnswer(store: string, timeoutMs: number, cause?: unknown): Error {
  const message = `${store}: no answer within ${timeoutMs / 1_000} s: check the address and the firewalls on the way.`
  return new Error(message, cause === undefined ? undefined : { cause })
}
