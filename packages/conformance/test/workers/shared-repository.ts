import { DatabaseSync } from 'node:sqlite'
import type { Capabilities, StoredRecord, TokenRepository } from '@tokenward/core/adapter'

const CAPABILITIES: Capabilities = {
  durability: 'durable',
  shared: true,
  linearizable: true,
  failoverSafe: false,
  network: false,
  readsSettings: false,
  roles: false,
  listing: false,
  pruning: false,
  notifications: false,
  maxBodyBytes: 65_536,
}

const SCHEMA =
  'CREATE TABLE IF NOT EXISTS r (ns TEXT, key TEXT, etag TEXT, json TEXT, PRIMARY KEY (ns, key))'
const READ = 'SELECT json FROM r WHERE ns = ? AND key = ?'
const PUT = `INSERT OR REPLACE INTO r VALUES (?, ?, ?, ?)`

/** A correct repository that processes share, in as few lines as possible; the URL is a file. */
export default function sharedRepository(url: string, namespace: string): TokenRepository {
  let database: DatabaseSync | null = null
  const opened = () => database ?? fail('closed')
  const find = (key: string) => {
    const result = opened().prepare(READ).get(namespace, key)
    return result ? (JSON.parse(String(result['json'])) as StoredRecord) : null
  }
  const store = (record: StoredRecord, expected: string | null) => {
    const etag = find(record.key)?.etag ?? null
    const json = JSON.stringify(record)
    if (etag === expected) opened().prepare(PUT).run(namespace, record.key, record.etag, json)
    return etag === expected || etag === record.etag
  }
  return {
    name: 'shared',
    namespace,
    capabilities: CAPABILITIES,
    async open() {
      database ??= new DatabaseSync(url, { timeout: 10_000 })
      database.exec(`PRAGMA journal_mode = WAL; ${SCHEMA}`)
      return []
    },
    async read(keys) {
      return keys.map(find)
    },
    async write(writes) {
      opened().exec('BEGIN IMMEDIATE')
      const answers = writes.map(({ record, expected }) => store(record, expected))
      opened().exec('COMMIT')
      return answers
    },
    async close() {
      database?.close()
      database = null
    },
  }
}

function fail(message: string): never {
  throw new Error(message)
}
