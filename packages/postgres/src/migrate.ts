import type { Connections } from './client.ts'
import type { ClientLike } from './driver.ts'
import { explained } from './faults.ts'
import { notPrepared, pendingStatements } from './schema.ts'

/** ms: building an index may take longer than one call. */
const MIGRATE_TIMEOUT_MS = 60_000

/** By all processes that migrate, one after the other; the number is only ours. */
const LOCK = 'SELECT pg_advisory_xact_lock(7303014482)'

/** All or nothing, and safe when several processes start at once. Answers the statements. */
export async function migrate(
  connections: Connections,
  dryRun: boolean,
): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(MIGRATE_TIMEOUT_MS)
  try {
    return await connections.use(dryRun ? pending : apply, signal)
  } catch (error) {
    throw explained(error)
  }
}

async function apply(client: ClientLike): Promise<readonly string[]> {
  await client.query({ text: 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE' })
  await client.query({ text: `SET LOCAL statement_timeout = ${MIGRATE_TIMEOUT_MS}` })
  await client.query({ text: LOCK })
  const statements = await pending(client)
  for (const text of statements) await client.query({ text })
  await client.query({ text: 'COMMIT' })
  return statements
}

async function pending(client: ClientLike): Promise<readonly string[]> {
  // Not `to_regclass`: that may remember that there was no table before we waited for the lock.
  const text = `SELECT oid FROM pg_class
    WHERE relname = 'tokenward_schema' AND pg_table_is_visible(oid)`
  const { rows: tables } = await client.query({ text })
  if (tables.length === 0) return pendingStatements(0)
  const version = 'SELECT version FROM tokenward_schema'
  const [row] = (await client.query({ text: version })).rows as { version: number }[]
  if (!row) throw notPrepared() // This role has no policy for it.
  return pendingStatements(row.version)
}
