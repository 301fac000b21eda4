import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { CallerOwned, ServerHandle } from '@tokenward/conformance'
import { sqlite } from '../src/index.ts'
import { haveStrace } from './durability/strace.ts'
import { syncedWrites } from './durability/synced-writes.ts'

/** A file for the suite, and what the suite does to it without the adapter. */
export default async function startSqlite(): Promise<ServerHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenward-sqlite-'))
  const url = join(folder, 'tokens.db')
  await writeFile(url, '', { mode: 0o600 })
  const administrator = new DatabaseSync(url, { timeout: 60_000 })
  const run = (sql: string, ...values: SQLInputValue[]) => {
    administrator.prepare(sql).run(...values)
  }
  const version = administrator.prepare('SELECT sqlite_version() AS version').get()?.['version']
  return {
    url,
    server: { name: 'SQLite', version: String(version), standIn: false },
    stop: async () => {
      administrator.close()
      await rm(folder, { recursive: true })
    },
    snapshot: async () => snapshot(administrator),
    wipe: async () => run('DELETE FROM tokenward_records'),
    drop: async (key) => run('DELETE FROM tokenward_records WHERE key = ?', key),
    damage: async (key) => run(`UPDATE tokenward_records SET body = 'corrupt' WHERE key = ?`, key),
    callerOwned: async (namespace) => callerOwned(url, namespace),
    unprepared: async () => join(folder, `${randomUUID()}.db`),
    ...(haveStrace() && {
      syncedWrites: (namespace, writes) => syncedWrites(url, namespace, writes),
    }),
    unsafe: [
      { name: 'synchronous = OFF', url: `${url}#synchronous=OFF`, finding: 'fsync-off' },
      {
        name: 'no journal',
        url: `${url}-unsafe#journal_mode=MEMORY`,
        finding: 'unsafe-journal-mode',
      },
    ],
  }
}

function snapshot(administrator: DatabaseSync): () => Promise<void> {
  // Not those that are generated, which cannot be inserted.
  const columns = administrator.prepare('PRAGMA table_info(tokenward_records)').all()
  const names = columns.map(({ name }) => name).join(', ')
  const copy = administrator.prepare(`SELECT ${names} FROM tokenward_records`).all()
  return async () => {
    administrator.exec('BEGIN IMMEDIATE; DELETE FROM tokenward_records')
    for (const row of copy) {
      const places = Object.keys(row).fill('?').join(', ')
      const insert = `INSERT INTO tokenward_records (${Object.keys(row).join(', ')}) VALUES (${places})`
      administrator.prepare(insert).run(...Object.values(row))
    }
    administrator.exec('COMMIT')
  }
}

function callerOwned(url: string, namespace: string): CallerOwned {
  const handle = new DatabaseSync(url)
  return {
    repository: sqlite(handle, { namespace }),
    use: async () => handle.prepare('SELECT count(*) FROM tokenward_records').get(),
    listeners: () => 0,
    dispose: async () => handle.close(),
  }
}
