import type { Client } from './client.ts'
import { pendingStatements } from './schema.ts'

/** In one transaction, also where several processes start at once. @returns the statements */
export function migrate(client: Client, dryRun: boolean): readonly string[] {
  return client.transaction(dryRun ? 'read' : 'write', () => {
    const statements = pendingStatements(client)
    if (!dryRun) for (const statement of statements) client.run(statement)
    return statements
  })
}
