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

/** Another connection holds a lock: the same call may succeed in a moment. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error)
  if (code === BUSY || code === LOCKED) return true
  // A transaction of the caller on their own handle; this error has no code.
  return error instanceof Error && /transaction within a transaction/.test(error.message)
}

/** The error, with what to do about it where that is known. */
export function withHelp(error: unknown): unknown {
  return addHelp('SQLite', error, HELP_BY_CODE[primaryCode(error)])
}

function primaryCode(error: unknown): number {
  if (!(error instanceof Error) || !('errcode' in error)) return 0
  return Number(error.errcode) & 0xff
}
