import { closeSync, existsSync, openSync, statSync } from 'node:fs'
import type { Finding } from '@tokenward/core/adapter'

const OWNER_ONLY = 0o600
const OTHERS = 0o007
const OTHERS_WRITE = 0o002

/**
 * Creates the file, where it does not exist, with access for its owner alone. SQLite would use the
 * umask; the files `-wal` and `-shm` get the mode of the file itself.
 */
export function createForOwner(source: string): void {
  const path = pathOf(source)
  // An existing file is not opened: closing it would release the locks that this process has on it.
  if (path === null || existsSync(path)) return
  try {
    closeSync(openSync(path, 'wx', OWNER_ONLY))
  } catch {
    // Another process was faster, or the folder is missing, which SQLite reports better.
  }
}

/** A finding where users other than the owner and the owner's group can use the database. */
export function fileModeFindings(file: string, platform: string): Finding[] {
  if (platform === 'win32') return [] // Windows has no file modes.
  const open = [file, `${file}-wal`, `${file}-shm`].filter((path) => (modeOf(path) & OTHERS) !== 0)
  if (open.length === 0) return []
  const mayWrite = open.some((path) => (modeOf(path) & OTHERS_WRITE) !== 0)
  const modes = open.map((path) => `${path} has mode ${modeOf(path).toString(8)}`).join(', ')
  const message = `${modes}: every user of this machine can ${mayWrite ? 'read it, and undo revocations' : 'read it'}`
  return [{ code: 'file-permissions', message, fix: `chmod 600 ${open.map(quoted).join(' ')}` }]
}

/** 0 where the file does not exist: -wal and -shm come and go. */
function modeOf(path: string): number {
  return (statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o777
}

/** The path of the file that SQLite would create; `null`: none. See https://sqlite.org/uri.html */
function pathOf(source: string): string | null {
  if (!source.startsWith('file:')) return source === '' || source === ':memory:' ? null : source
  const [, path = '', query = ''] =
    /^file:(?:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?/.exec(source) ?? []
  const mode = new URLSearchParams(query).get('mode') ?? 'rwc'
  try {
    return mode === 'rwc' && path !== '' && path !== ':memory:' ? decodeURIComponent(path) : null
  } catch {
    return null
  }
}

/** Quoted for a POSIX shell. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}
