import type { Client } from './client.ts'
import type { Connection, Queries } from './driver.ts'
import { withHelp } from './errors.ts'
import { notPrepared, pendingStatements } from './schema.ts'

/** Building an index may take longer than one call. */
const MIGRATE_TIMEOUT_MS = 60_000

/** Processes that migrate wait for each other; the number is arbitrary. */
const LOCK = 'SELECT pg_advisory_xact_lock(7303014482)'

/** All or nothing, and safe when several processes start at once. @returns the statements */
export async function migrate(client: Client, dryRun: boolean): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(MIGRATE_TIMEOUT_MS)
  try {
    return await client.use(dryRun ? readPending : apply, signal)
  } catch (error) {
    throw withHelp(error)
  }
}

function apply(client: Connection): Promise<readonly string[]> {
  return client.transaction(async (inside) => {
    await inside.query({ text: `SET LOCAL statement_timeout = ${MIGRATE_TIMEOUT_MS}` })
    await inside.query({ text: LOCK })
    const statements = await readPending(inside)
    for (const text of statements) await inside.query({ text })
    return statements
  })
}

async function readPending(client: Queries): Promise<readonly string[]> {
  // Not `to_regclass`: it may return a cached result from before the wait for the lock.
  const text = `SELECT oid FROM pg_class
    WHERE relname = 'tokenward_schema' AND pg_table_is_visible(oid)`
  const { rows: tables } = await client.query({ text })
  if (tables.length === 0) return pendingStatements(0)
  const version = 'SELECT version FROM tokenward_schema'
  const [row] = (await client.query({ text: version })).rows as { version: number }[]
  if (!row) throw notPrepared() // This role has no policy that lets it read the row.
  return pendingStatements(row.version)
}
