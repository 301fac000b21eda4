import type { Connections, Document } from './client.ts'
import { NAMESPACE_EXISTS } from './faults.ts'
import { grants } from './grants.ts'
import { documentsOf, versionOf } from './replies.ts'
import { pendingCommands } from './schema.ts'
import { FIND_SCHEMA } from './statements.ts'

/** ms: building an index may take longer than one call. */
const PATIENCE = 60_000

/**
 * Makes what is not there yet; safe when several processes start at once, and after one of them
 * stopped half-way: the version comes last. Answers what it ran, as `mongosh` takes it.
 */
export async function migrate(
  connections: Connections,
  dryRun: boolean,
): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(PATIENCE)
  const [schema] = documentsOf(await connections.run(FIND_SCHEMA, signal))
  const commands = pendingCommands(versionOf(schema))
  if (!dryRun) for (const command of commands) await apply(connections, command, signal)
  if (commands.length === 0) return []
  return [...commands.map(statement), rolesToMake(connections.database)]
}

async function apply(
  connections: Connections,
  command: Document,
  signal: AbortSignal,
): Promise<void> {
  try {
    await connections.run(command, signal)
  } catch (error) {
    const { create, ...settings } = command
    if (create === undefined || !exists(error)) throw error
    await connections.run({ collMod: create, ...settings }, signal)
  }
}

function exists(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === NAMESPACE_EXISTS
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
