import type { Role, RoleNames } from '@tokenward/core/adapter'
import type { Document } from './driver.ts'
import { COLLECTION } from './schema.ts'

const READS = ['find', 'changeStream']

const ACTIONS: Readonly<Record<Role, readonly string[]>> = {
  verify: READS,
  write: [...READS, 'insert', 'update'],
  prune: ['find', 'remove'],
  migrate: [
    'find',
    'insert',
    'update',
    'createCollection',
    'collMod',
    'createIndex',
    'dropIndex',
    'listIndexes',
  ],
}

/**
 * The `createRole` commands that make a role of the database for each, with the rights that it needs
 * and no others. Run them once, with `db.command()`, as a user that may create roles in the
 * database; then give users the roles by `grantRolesToUser`.
 * @param roles the name of the database's role for each
 * @param database that contains the collection
 * @example
 * for (const command of grants({ verify: 'app_api' }, 'app')) await client.db().command(command)
 */
export function grants(roles: RoleNames, database: string): readonly Document[] {
  const resource = { db: database, collection: COLLECTION }
  const named = Object.entries(roles) as [Role, string][]
  return named.map(([role, name]) => ({
    createRole: name,
    privileges: [{ resource, actions: [...ACTIONS[role]] }],
    roles: [],
  }))
}
