import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallerOwned, ServerHandle } from '@tokenward/conformance'
import { type SqliteValue, sqlite } from '../src/index.ts'
import { type Driver, type Handle, openHandle, SAFE } from './drivers.ts'
import { haveStrace } from './durability/strace.ts'
import { syncedWrites } from './durability/synced-writes.ts'

/**
 * A file for the suite, and what the suite does to it without the adapter.
 * @param driver of the handles that the adapter gets; absent: it opens the file itself
 */
export default async function startSqlite(driver?: Driver): Promise<ServerHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenward-sqlite-'))
  const file = join(folder, 'tokens.db')
  await writeFile(file, '', { mode: 0o600 })
  // By the same driver: two copies of SQLite in one process do not see each other's locks.
  const administrator = openHandle(file, driver, ['busy_timeout = 60000'])
  const by = driver === undefined ? '#' : `#driver=${driver}&`
  const url = driver === undefined ? file : `${file}#driver=${driver}`
  const run = (sql: string, ...values: SqliteValue[]) => {
    administrator.prepare(sql).run(...values)
  }
  const [version] = administrator.prepare('SELECT sqlite_version() AS version').all() as Row[]
  return {
    url,
    server: { name: 'SQLite', version: String(version?.['version']), standIn: false },
    stop: async () => {
      administrator.close()
      await rm(folder, { recursive: true })
    },
    snapshot: async () => snapshot(administrator),
    wipe: async () => run('DELETE FROM tokenward_records'),
    drop: async (key) => run('DELETE FROM tokenward_records WHERE key = ?', key),
    damage: async (key) => run(`UPDATE tokenward_records SET body = 'corrupt' WHERE key = ?`, key),
    callerOwned: async (namespace) => callerOwned(file, namespace, driver),
    unprepared: async () => url.replace(file, join(folder, `${randomUUID()}.db`)),
    ...(haveStrace() && {
      syncedWrites: (namespace, writes) => syncedWrites(url, namespace, writes),
    }),
    unsafe: [
      { name: 'synchronous = OFF', url: `${file}${by}synchronous=OFF`, finding: 'fsync-off' },
      {
        name: 'no journal',
        url: `${file}-unsafe${by}journal_mode=MEMORY`,
        finding: 'unsafe-journal-mode',
      },
    ],
  }
}

type Row = Readonly<Record<string, SqliteValue>>

function snapshot(administrator: Handle): () => Promise<void> {
  // Not those that are generated, which cannot be inserted.
  const columns = administrator.prepare('PRAGMA table_info(tokenward_records)').all() as Row[]
  const names = columns.map(({ name }) => name).join(', ')
  const copy = administrator.prepare(`SELECT ${names} FROM tokenward_records`).all() as Row[]
  return async () => {
    administrator.exec('BEGIN IMMEDIATE')
    administrator.exec('DELETE FROM tokenward_records')
    for (const row of copy) {
      const places = Object.keys(row).fill('?').join(', ')
      const insert = `INSERT INTO tokenward_records (${Object.keys(row).join(', ')}) VALUES (${places})`
      administrator.prepare(insert).run(...Object.values(row))
    }
    administrator.exec('COMMIT')
  }
}

function callerOwned(file: string, namespace: string, driver?: Driver): CallerOwned {
  const handle = openHandle(file, driver, SAFE)
  return {
    repository: sqlite(handle, { namespace }),
    use: async () => handle.prepare('SELECT count(*) FROM tokenward_records').all(),
    listeners: () => 0,
    dispose: async () => handle.close(),
  }
}
