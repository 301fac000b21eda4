import type { Client } from './client.ts'
import type { Document } from './driver.ts'
import { DUPLICATE_KEY, NAMESPACE_EXISTS } from './faults.ts'
import { grants } from './grants.ts'
import { assertWritten, documentsOf, versionOf } from './replies.ts'
import { pendingCommands } from './schema.ts'
import { FIND_SCHEMA } from './statements.ts'

/** Building an index may take longer than one call. */
const MIGRATE_TIMEOUT_MS = 60_000

/**
 * Makes what is not there yet; safe when several processes start at once, and after one of them
 * stopped half-way: the version comes last. Answers what it ran, as `mongosh` takes it.
 */
export async function migrate(client: Client, dryRun: boolean): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(MIGRATE_TIMEOUT_MS)
  const [schema] = documentsOf(await client.run(FIND_SCHEMA, signal))
  const commands = pendingCommands(versionOf(schema))
  if (!dryRun) for (const command of commands) await apply(client, command, signal)
  if (commands.length === 0) return []
  return [...commands.map(statement), rolesToMake(client.database)]
}

async function apply(client: Client, command: Document, signal: AbortSignal): Promise<void> {
  try {
    assertWritten(await client.run(command, signal))
  } catch (error) {
    const { create, ...settings } = command
    if (create !== undefined && has(error, NAMESPACE_EXISTS)) {
      assertWritten(await client.run({ collMod: create, ...settings }, signal))
    } else if (has(error, DUPLICATE_KEY)) {
      // Another process has inserted the same by its upsert: now there is something to update.
      await apply(client, command, signal)
    } else throw error
  }
}

function has(error: unknown, code: number): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

function statement(command: Document): string {
  return `db.runCommand(${JSON.stringify(command)})`
}

/** A comment: the roles are the operator's, and so are their names. */
function rolesToMake(database: string): string {
  const roles = { verify: 'verify', write: 'write', prune: 'prune', migrate: 'migrate' }
  const lines = grants(roles, database).map((command) => `// ${statement(command)}`)
  return ['// What each of your roles needs, by their names:', ...lines].join('\n')
}
