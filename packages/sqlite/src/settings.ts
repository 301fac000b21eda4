import type { Client } from './client.ts'

/** The pragmas that decide what an acknowledgement is worth, and where the database is. */
export interface Settings {
  readonly journalMode: string
  readonly synchronous: number
  readonly fullfsync: number
  readonly lockingMode: string
  /** ms */
  readonly busyTimeout: number
  readonly platform: string
}

/** What is in effect: SQLite ignores a pragma that it cannot follow. */
export function readSettings(client: Client): Settings {
  const value = (pragma: string) => {
    const [row = {}] = client.rows<Record<string, unknown>>(`PRAGMA ${pragma}`)
    return Object.values(row)[0]
  }
  return {
    journalMode: String(value('journal_mode')),
    synchronous: Number(value('synchronous')),
    fullfsync: Number(value('fullfsync')),
    lockingMode: String(value('locking_mode')),
    busyTimeout: Number(value('busy_timeout')),
    platform: process.platform,
  }
}

/** The path of the file; empty for a database in memory and for a temporary one. */
export function fileOf(client: Client): string {
  const files = client.rows<{ name: string; file: string }>('PRAGMA database_list')
  return files.find(({ name }) => name === 'main')?.file ?? ''
}
