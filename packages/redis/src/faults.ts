// The word that an error of Redis begins with, and the codes of Node's sockets.
const ADVICE: Readonly<Record<string, string>> = {
  CLUSTERDOWN: 'the cluster is down: some slots have no node.',
  ECONNREFUSED: 'nobody listens there: start the server, or look at the address and the port.',
  ENOTFOUND: 'the host is not known: look at the address.',
  ERR_MODULE_NOT_FOUND: 'the driver is not installed: npm install ioredis',
  LOADING: 'the server is loading its data.',
  MASTERDOWN: 'this is a replica that has lost its primary: give the address of the primary.',
  MaxRetriesPerRequestError: 'the connection was lost; what was asked may have happened.',
  MISCONF: 'the server cannot write to its disk: make room on it.',
  MOVED: 'this is one node of a cluster: give its URL, or lend a Cluster of ioredis.',
  NOAUTH: 'the server wants a login: put the user and the password into the URL.',
  NOPERM: 'this user lacks a right: see the grants in the README of @tokenward/redis.',
  NOREPLICAS: 'too few replicas are connected for a write: see min-replicas-to-write.',
  OOM: 'the memory is full: raise maxmemory.',
  PAST: 'the clock of the server is ahead by more than an hour: put it right.',
  READONLY: 'this is a replica: give the address of the primary.',
  WRONGTYPE: 'an index of this namespace was replaced by another type of value: delete that key.',
  WRONGPASS: 'the login was refused: look at the user and the password (in a URL %-encoded).',
}

/** As Redis 7 and later versions say it. */
const DENIED_IN_SCRIPT = /^ERR (The user executing the script can't|ACL failure in script)/

/** What Redis or a socket calls it; of a cluster that cannot be reached, what its last node did. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const last = lastNodeErrorOf(error)
  if (last !== undefined) return codeOf(last)
  if (DENIED_IN_SCRIPT.test(error.message)) return 'NOPERM'
  const [word = ''] = error.message.split(' ', 1)
  if (word in ADVICE || word === 'NOSCRIPT') return word
  if (error.name in ADVICE) return error.name
  return 'code' in error ? String(error.code) : ''
}

/**
 * The error, with what to do about it where that is known. Errors of the driver carry the command
 * that failed, with records and passwords in it: of them and of their causes the message is kept.
 */
export function explained(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const advice = ADVICE[codeOf(error)]
  const cause = withoutCommand(error)
  return advice === undefined ? cause : new Error(`Redis: ${advice}`, { cause })
}

function withoutCommand(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const below = error.cause ?? lastNodeErrorOf(error)
  const cause = below === undefined ? undefined : withoutCommand(below)
  if (!('command' in error) && cause === error.cause) return error
  const copy = new Error(error.message, cause === undefined ? undefined : { cause })
  return Object.assign(copy, { code: codeOf(error) })
}

function lastNodeErrorOf(error: Error): unknown {
  return 'lastNodeError' in error ? (error.lastNodeError ?? undefined) : undefined
}
