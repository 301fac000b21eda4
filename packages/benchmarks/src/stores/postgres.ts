import { createKeyv } from '@keyv/postgres'
import { postgres } from '@tokenward/postgres'
import { start } from '@tokenward/testbed'
import pg from 'pg'
import { keyOf, type MeasuredStore, PAYLOAD } from './measured-store.ts'
import { serverCpuOf } from './server-cpu.ts'

export async function startPostgres(): Promise<MeasuredStore> {
  const running = await start('postgres')
  const { url, server, stop } = running
  const pool = new pg.Pool({ connectionString: url })
  await pool.query('CREATE TABLE plain (key text PRIMARY KEY, body text NOT NULL)')
  await pool.query('CREATE TABLE sessions (id bigint PRIMARY KEY, generation integer NOT NULL)')
  const keyv = createKeyv({ uri: url })
  return {
    server: `${server.name} ${server.version}`,
    ...serverCpuOf(running),
    repository: (namespace) => postgres(url, { namespace }),
    async fill(rows) {
      const keys = Array.from({ length: rows }, (_, row) => keyOf(row))
      await pool.query('INSERT INTO plain SELECT unnest($1::text[]), $2 ON CONFLICT DO NOTHING', [
        keys,
        PAYLOAD,
      ])
      await pool.query('ANALYZE plain')
      for (let row = 0; row < rows; row++) await keyv.set(keyOf(row), PAYLOAD)
    },
    get: (row) =>
      pool.query({
        name: 'get',
        text: 'SELECT key, body FROM plain WHERE key = $1',
        values: [keyOf(row)],
      }),
    getByKeyv: (row) => keyv.get(keyOf(row)),
    betterAuth: { database: pool },
    sessions: {
      start: (session) => pool.query('INSERT INTO sessions VALUES ($1, 0)', [session]),
      async rotate(session, generation, jti) {
        const { rowCount } = await pool.query({
          name: 'rotate',
          text: `WITH rotated AS (
              UPDATE sessions SET generation = generation + 1 WHERE id = $1 AND generation = $2 RETURNING 1
            ) INSERT INTO plain SELECT $3, $4 FROM rotated`,
          values: [session, generation, jti, PAYLOAD],
        })
        return rowCount === 1
      },
    },
    insert: (row) =>
      pool.query({
        name: 'insert',
        text: 'INSERT INTO plain VALUES ($1, $2)',
        values: [`new ${keyOf(row)}`, PAYLOAD],
      }),
    async close() {
      await keyv.disconnect()
      await pool.end()
      await stop()
    },
  }
}
