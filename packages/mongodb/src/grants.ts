import type { Document } from './driver.ts'
import { COLLECTION } from './schema.ts'

/**
 * Who may do what: `verify` reads; `write` issues, rotates and revokes too; `prune` deletes what is
 * past; `migrate` makes the collection, and the root in it.
 */
export type Role = 'verify' | 'write' | 'prune' | 'migrate'

/** The names of the database's roles. */
export type Roles = Partial<Record<Role, string>>

const READS = ['find', 'changeStream']

const ACTIONS: Readonly<Record<Role, readonly string[]>> = {
  verify: READS,
  write: [...READS, 'insert', 'update'],
  prune: ['find', 'remove'],
  migrate: [
    ...['find', 'insert', 'update'],
    ...['createCollection', 'collMod', 'createIndex', 'listIndexes'],
  ],
}

/**
 * Commands that make a role for each, with what it needs and no more: for whoever may create roles
 * in that database, `db.runCommand(…)`, once. Users get them by `grantRolesToUser`.
 */
export function grants(roles: Roles, database: string): readonly Document[] {
  const resource = { db: database, collection: COLLECTION }
  const named = Object.entries(roles) as [Role, string][]
  return named.map(([role, name]) => ({
    createRole: name,
    privileges: [{ resource, actions: [...ACTIONS[role]] }],
    roles: [],
  }))
}
