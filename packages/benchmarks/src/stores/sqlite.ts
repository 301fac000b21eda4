import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqlite } from '@tokenward/sqlite'
import { keyOf, PAYLOAD, type Rival } from './rival.ts'

export async function startSqlite(): Promise<Rival> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenward-benchmark-'))
  const plain = new DatabaseSync(join(folder, 'plain.db'))
  plain.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  plain.exec('CREATE TABLE plain (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID')
  const get = plain.prepare('SELECT key, body FROM plain WHERE key = ?')
  const insert = plain.prepare('INSERT INTO plain VALUES (?, ?)')
  return {
    server: `sqlite ${process.versions['sqlite']}`,
    repository: sqlite(join(folder, 'tokens.db')),
    async fill(rows) {
      plain.exec('BEGIN')
      for (let row = 0; row < rows; row++) insert.run(keyOf(row), PAYLOAD)
      plain.exec('COMMIT')
    },
    get: async (row) => get.get(keyOf(row)),
    insert: async (row) => insert.run(`new ${keyOf(row)}`, PAYLOAD),
    async close() {
      plain.close()
      await rm(folder, { recursive: true })
    },
  }
}
