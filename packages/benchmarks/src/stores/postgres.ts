import { postgres } from '@tokenward/postgres'
import { start } from '@tokenward/testbed'
import pg from 'pg'
import { keyOf, type MeasuredStore, PAYLOAD } from './measured-store.ts'

export async function startPostgres(): Promise<MeasuredStore> {
  const { url, server, stop } = await start('postgres')
  const pool = new pg.Pool({ connectionString: url })
  await pool.query('CREATE TABLE plain (key text PRIMARY KEY, body text NOT NULL)')
  return {
    server: `${server.name} ${server.version}`,
    repository: (namespace) => postgres(url, { namespace }),
    async fill(rows) {
      const keys = Array.from({ length: rows }, (_, row) => keyOf(row))
      await pool.query('INSERT INTO plain SELECT unnest($1::text[]), $2 ON CONFLICT DO NOTHING', [
        keys,
        PAYLOAD,
      ])
      await pool.query('ANALYZE plain')
    },
    get: (row) =>
      pool.query({
        name: 'get',
        text: 'SELECT key, body FROM plain WHERE key = $1',
        values: [keyOf(row)],
      }),
    insert: (row) =>
      pool.query({
        name: 'insert',
        text: 'INSERT INTO plain VALUES ($1, $2)',
        values: [`new ${keyOf(row)}`, PAYLOAD],
      }),
    async close() {
      await pool.end()
      await stop()
    },
  }
}
