import { createRequire } from 'node:module'
import type { DatabaseLike } from '../src/index.ts'

/** By the name of the module that an application imports. */
export type Driver = 'node:sqlite' | 'better-sqlite3' | 'bun:sqlite'

/** Of the test, whose own statements return objects. */
export type Handle = DatabaseLike

/** Loaded when it is asked for: no runtime has them all. */
const load = createRequire(import.meta.url)

/** Opens a file by a driver, as an application does. */
export function openHandle(
  file: string,
  driver: Driver = 'node:sqlite',
  pragmas: readonly string[] = [],
): Handle {
  const handle = OPEN[driver](file)
  for (const pragma of pragmas) handle.exec(`PRAGMA ${pragma}`)
  return handle
}

/** What a caller sets: better-sqlite3 waits 5 s for a lock, and syncs less in WAL mode, unless the caller sets both. */
export const SAFE: readonly string[] = ['journal_mode = WAL', 'synchronous = FULL']

const OPEN: Readonly<Record<Driver, (file: string) => Handle>> = {
  'node:sqlite': (file) => {
    const { DatabaseSync } = load('node:sqlite') as typeof import('node:sqlite')
    return new DatabaseSync(file)
  },
  'better-sqlite3': (file) => {
    const Database = load('better-sqlite3') as typeof import('better-sqlite3')
    return new Database(file, { timeout: 0 })
  },
  'bun:sqlite': (file) => {
    const { Database } = load('bun:sqlite') as BunSqlite
    return new Database(file)
  },
}

interface BunSqlite {
  readonly Database: new (file: string) => Handle
}
