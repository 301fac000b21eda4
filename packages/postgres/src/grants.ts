/**
 * Who may do what: `verify` reads; `write` issues, rotates and revokes too; `prune` deletes what is
 * past; `migrate` makes the tables, and owns them.
 */
export type Role = 'verify' | 'write' | 'prune' | 'migrate'

/** The names of the database's roles. */
export type Roles = Partial<Record<Role, string>>

const TABLES = 'tokenward_schema, tokenward_records, tokenward_overview'

const RIGHTS: Readonly<Record<Role, (schema: string, role: string) => readonly string[]>> = {
  migrate: (schema, role) => [`GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${role}`],
  verify: reads,
  write: (schema, role) => [
    ...reads(schema, role),
    `GRANT INSERT, UPDATE ON ${schema}.tokenward_records TO ${role}`,
  ],
  prune: (schema, role) => [
    ...reads(schema, role),
    // Postgres wants UPDATE of some column from whoever locks a row.
    `GRANT DELETE, UPDATE (retain_until) ON ${schema}.tokenward_records TO ${role}`,
  ],
}

/**
 * The statements that give each role what it needs and no more: that of `migrate` before the tables
 * are made, the others after. For the owner of the schema and of the tables, or a superuser.
 */
export function grants(roles: Roles, schema = 'public'): readonly string[] {
  const named = Object.entries(roles) as [Role, string][]
  return named.flatMap(([role, name]) => RIGHTS[role](quoted(schema), quoted(name)))
}

function reads(schema: string, role: string): readonly string[] {
  const tables = TABLES.replaceAll('tokenward_', `${schema}.tokenward_`)
  return [`GRANT USAGE ON SCHEMA ${schema} TO ${role}`, `GRANT SELECT ON ${tables} TO ${role}`]
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
