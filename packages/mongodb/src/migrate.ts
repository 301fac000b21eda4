import type { Client } from './client.ts'
import type { Document } from './driver.ts'
import { DUPLICATE_KEY, INDEX_BUILD_ABORTED, INDEX_NOT_FOUND, NAMESPACE_EXISTS } from './errors.ts'
import { grants } from './grants.ts'
import { assertWritten, documentsOf, versionOf } from './replies.ts'
import { pendingCommands } from './schema.ts'
import { FIND_SCHEMA } from './statements.ts'

/** Building an index may take longer than a call. */
const MIGRATE_TIMEOUT_MS = 60_000

/**
 * Creates the collection and its indexes. Several processes may migrate at the same time, and one that
 * stopped half-way may start again: the version is written last.
 * @returns the commands that were run, or with `dryRun` would be, for `mongosh`
 */
export async function migrate(client: Client, dryRun: boolean): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(MIGRATE_TIMEOUT_MS)
  const [schema] = documentsOf(await client.run(FIND_SCHEMA, signal))
  const commands = pendingCommands(versionOf(schema))
  if (!dryRun) for (const command of commands) await apply(client, command, signal)
  if (commands.length === 0) return []
  return [...commands.map(statement), grantsToApply(client.database)]
}

async function apply(client: Client, command: Document, signal: AbortSignal): Promise<void> {
  try {
    assertWritten(await client.run(command, signal))
  } catch (error) {
    // Another process inserted the document of the upsert, or dropped the index that was being built.
    if (has(error, DUPLICATE_KEY, INDEX_BUILD_ABORTED)) return apply(client, command, signal)
    // The collection was created before, or the index dropped. A later command sets the validator.
    if (!has(error, NAMESPACE_EXISTS, INDEX_NOT_FOUND)) throw error
  }
}

function has(error: unknown, ...codes: number[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => error.code === code)
}

function statement(command: Document): string {
  return `db.runCommand(${JSON.stringify(command)})`
}

/** A comment, because the operator chooses the names of the roles. */
function grantsToApply(database: string): string {
  const roles = { verify: 'verify', write: 'write', prune: 'prune', migrate: 'migrate' }
  const lines = grants(roles, database).map((command) => `// ${statement(command)}`)
  return ['// What each of your roles needs, by their names:', ...lines].join('\n')
}
