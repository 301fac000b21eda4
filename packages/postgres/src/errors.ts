import { withHelp as addHelp, errorCode, SOCKET_HELP } from '@tokenward/core/adapter'
import { notPrepared } from './schema.ts'

/** How the errors name the store. */
export const STORE = 'Postgres'

/** By SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html), and by Node's codes. */
const HELP_BY_CODE: Readonly<Record<string, string>> = {
  ...SOCKET_HELP,
  '08P01':
    'a pooler refused the connection: connect to Postgres itself, or pass a pool of your own.',
  '25006': 'the server or this role is read-only: give the address of the primary.',
  '26000': 'a pooler loses prepared statements: connect to Postgres itself.',
  '28000': 'the login was refused: check the user, pg_hba.conf, and whether TLS is required.',
  '28P01': 'the login was refused: check the user and the password (in a URL %-encoded).',
  '3D000': 'the database does not exist: create it, or give the name of another.',
  '42501': 'this role lacks a privilege: see the grants in the README of @tokenward/postgres.',
  '42P05': 'a pooler mixes prepared statements up: connect to Postgres itself.',
  '53100': 'the disk is full: free some space on it.',
  '53300': 'there are too many connections: raise max_connections, or use fewer.',
  '57014': 'the statement took longer than statement_timeout.',
  '57P03': 'the server is starting or stopping.',
  ERR_MODULE_NOT_FOUND: 'the driver is not installed: npm install pg',
}

const UNDEFINED_TABLE = '42P01'
const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'
const QUERY_CANCELED = '57014'

/** Postgres rolled the statement back because of concurrent ones: the same may succeed now. */
export function isContention(error: unknown): boolean {
  const code = errorCode(error)
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED
}

/** The statement failed, and the connection can run the next one. */
export function isConnectionReusable(error: unknown): boolean {
  return isContention(error) || errorCode(error) === QUERY_CANCELED
}

/** The error, with what to do about it where that is known. */
export function withHelp(error: unknown): unknown {
  const code = errorCode(error)
  if (code === UNDEFINED_TABLE) return notPrepared(error)
  return addHelp(STORE, error, HELP_BY_CODE[code])
}
