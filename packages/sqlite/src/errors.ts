import { withHelp as addHelp } from '@tokenward/core/adapter'

// Primary result codes: https://www.sqlite.org/rescode.html
const BUSY = 5
const LOCKED = 6

const HELP_BY_CODE: Readonly<Record<number, string>> = {
  8: 'the file cannot be written: give this process write permission on it and on its folder, where SQLite keeps the files -wal and -shm.',
  10: 'the disk failed, or the file system lacks what SQLite needs: check the disk, and keep the file on a local file system.',
  11: 'the file is corrupt: restore it from a backup, and repeat the revocations made since.',
  13: 'the disk is full: free some space on it.',
  14: 'the file cannot be opened: make its folder, and give this process write permission on both.',
  26: 'the file is not a SQLite database: give the name of another.',
}

const CODE_BY_NAME: Readonly<Record<string, number>> = {
  BUSY,
  LOCKED,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  NOTADB: 26,
}

const IN_USE =
  /transaction within a transaction|^This database connection is busy executing a query/

/** Another connection holds a lock: the same call may succeed in a moment. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error)
  if (code === BUSY || code === LOCKED) return true
  // A transaction or an iterator of the caller on their own handle; these errors have no code of their own.
  return error instanceof Error && IN_USE.test(error.message)
}

/** The error, with what to do about it where that is known. */
export function withHelp(error: unknown): unknown {
  return addHelp('SQLite', error, HELP_BY_CODE[primaryCode(error)])
}

/** `node:sqlite` has the code as `errcode`, `bun:sqlite` as `errno`, and `better-sqlite3` its name as `code`. */
function primaryCode(error: unknown): number {
  if (!(error instanceof Error)) return 0
  const { errcode, errno, code } = error as Error & Readonly<Record<string, unknown>>
  const number = errcode ?? errno
  if (typeof number === 'number') return number & 0xff
  const [, name = ''] = /^SQLITE_([A-Z]+)/.exec(String(code)) ?? []
  return CODE_BY_NAME[name] ?? 0
}
