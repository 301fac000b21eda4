import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqlite } from '@tokenward/sqlite'
import { keyOf, type MeasuredStore, PAYLOAD } from './measured-store.ts'

export async function startSqlite(): Promise<MeasuredStore> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenward-benchmark-'))
  const driver = new DatabaseSync(join(folder, 'plain.db'))
  driver.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  driver.exec('CREATE TABLE plain (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID')
  driver.exec('CREATE TABLE sessions (id INTEGER PRIMARY KEY, generation INTEGER NOT NULL) STRICT')
  const start = driver.prepare('INSERT INTO sessions VALUES (?, 0)')
  const rotate = driver.prepare(
    'UPDATE sessions SET generation = generation + 1 WHERE id = ? AND generation = ?',
  )
  const get = driver.prepare('SELECT key, body FROM plain WHERE key = ?')
  const insert = driver.prepare('INSERT OR IGNORE INTO plain VALUES (?, ?)')
  return {
    server: `sqlite ${process.versions['sqlite']}`,
    repository: (namespace) => sqlite(join(folder, 'tokens.db'), { namespace }),
    async fill(rows) {
      driver.exec('BEGIN')
      for (let row = 0; row < rows; row++) insert.run(keyOf(row), PAYLOAD)
      driver.exec('COMMIT')
    },
    get: async (row) => get.get(keyOf(row)),
    betterAuth: { database: new DatabaseSync(join(folder, 'better-auth.db')) },
    sessions: {
      start: async (session) => start.run(session),
      async rotate(session, generation, jti) {
        driver.exec('BEGIN IMMEDIATE')
        const { changes } = rotate.run(session, generation)
        if (changes === 1) insert.run(jti, PAYLOAD)
        driver.exec('COMMIT')
        return changes === 1
      },
    },
    insert: async (row) => insert.run(`new ${keyOf(row)}`, PAYLOAD),
    async close() {
      driver.close()
      await rm(folder, { recursive: true })
    },
  }
}
