// Primary result codes: https://www.sqlite.org/rescode.html
const BUSY = 5
const LOCKED = 6

const ADVICE: Readonly<Record<number, string>> = {
  8: 'The file cannot be written to: give this process the right to write to it and to its folder, where SQLite keeps the files -wal and -shm.',
  10: 'The disk failed, or the file system does not do what SQLite needs: look at the disk, and keep the file on a local one.',
  11: 'The file is corrupt: restore it from a backup, and take back again what was revoked since.',
  13: 'The disk is full: make room on it.',
  14: 'The file cannot be opened: make its folder, and give this process the right to write to both.',
  26: 'The file is not a SQLite database: give the name of another.',
}

/** Somebody else holds a lock: the same call may succeed in a moment. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error)
  if (code === BUSY || code === LOCKED) return true
  // The caller's own transaction on the connection that they lent; it has no code of its own.
  return error instanceof Error && /transaction within a transaction/.test(error.message)
}

/** The error, with what to do about it where that is known. */
export function explained(error: unknown): unknown {
  const advice = ADVICE[primaryCode(error)]
  return advice === undefined ? error : new Error(`SQLite: ${advice}`, { cause: error })
}

function primaryCode(error: unknown): number {
  if (!(error instanceof Error) || !('errcode' in error)) return 0
  return Number(error.errcode) & 0xff
}
