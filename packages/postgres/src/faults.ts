import { notPrepared } from './schema.ts'

// https://www.postgresql.org/docs/current/errcodes-appendix.html, and the codes of Node's sockets.
const ADVICE: Readonly<Record<string, string>> = {
  '08P01': 'a pooler refused the connection: connect to Postgres itself, or lend a pool of yours.',
  '25006': 'the server or this role is read-only: give the address of the primary.',
  '26000': 'a pooler loses prepared statements: connect to Postgres itself.',
  '28000': 'the login was refused: look at the user, at pg_hba.conf, and whether TLS is asked for.',
  '28P01': 'the login was refused: look at the user and the password (in a URL %-encoded).',
  '3D000': 'there is no such database: create it, or give the name of another.',
  '42501': 'this role lacks a right: see the grants in the README of @tokenward/postgres.',
  '42P05': 'a pooler mixes prepared statements up: connect to Postgres itself.',
  '53100': 'the disk is full: make room on it.',
  '53300': 'there are too many connections: raise max_connections, or use fewer.',
  '57014': 'the statement took longer than statement_timeout.',
  '57P03': 'the server is starting or stopping.',
  ECONNREFUSED: 'nobody listens there: start the server, or look at the address and the port.',
  ENOTFOUND: 'the host is not known: look at the address.',
  ERR_MODULE_NOT_FOUND: 'the driver is not installed: npm install pg',
}

const UNDEFINED_TABLE = '42P01'
const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'
const QUERY_CANCELED = '57014'

/** Postgres rolled the statement back because others were in the way: the same may succeed now. */
export function isContention(error: unknown): boolean {
  const code = codeOf(error)
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED
}

/** The answer came, and the connection is as good as before. */
export function leavesConnectionWhole(error: unknown): boolean {
  return isContention(error) || codeOf(error) === QUERY_CANCELED
}

/** The error, with what to do about it where that is known. */
export function explained(error: unknown): unknown {
  const code = codeOf(error)
  if (code === UNDEFINED_TABLE) return notPrepared(error)
  const advice = ADVICE[code]
  return advice === undefined ? error : new Error(`Postgres: ${advice}`, { cause: error })
}

export function silent(ms: number, cause?: unknown): Error {
  const within = `within ${ms / 1_000} s`
  return new Error(`Postgres: no answer ${within}: look at the address and the firewall.`, {
    cause,
  })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
