import { hash } from 'node:crypto'
import type { Role, RoleNames } from '@tokenward/core/adapter'

interface Privileges {
  /** Privileges on `tokenward_records` beside SELECT. */
  readonly granted?: string
  /** Commands that the row-level security of `tokenward_records` lets through beside SELECT. */
  readonly commands: readonly Command[]
}

type Command = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'

const PRIVILEGES: Readonly<Record<Exclude<Role, 'migrate'>, Privileges>> = {
  verify: { commands: [] },
  write: { granted: 'INSERT, UPDATE', commands: ['INSERT', 'UPDATE'] },
  // Postgres requires UPDATE of some column from a role that locks a row.
  prune: { granted: 'DELETE, UPDATE (retain_until)', commands: ['UPDATE', 'DELETE'] },
}

/**
 * The statements that give each role what it needs and no more. Run those of `migrate`, which will own
 * the tables, before the tables are made, and the others after, as the owner of the schema and of the
 * tables, or as a superuser. They may be repeated.
 * @param roles the name of each role in the database
 * @param schema that holds the tables
 * @example
 * for (const statement of grants({ verify: 'api', write: 'auth' })) await pool.query(statement)
 */
export function grants(roles: RoleNames, schema = 'public'): readonly string[] {
  const named = Object.entries(roles) as [Role, string][]
  return named.flatMap(([role, name]) => {
    if (role !== 'migrate') return grantsOf(PRIVILEGES[role], quoted(schema), name)
    return [`GRANT USAGE, CREATE ON SCHEMA ${quoted(schema)} TO ${quoted(name)}`]
  })
}

function grantsOf({ granted, commands }: Privileges, schema: string, name: string): string[] {
  const [version, records, overview] = ['schema', 'records', 'overview'].map(
    (table) => `${schema}.tokenward_${table}`,
  ) as [string, string, string]
  const role = quoted(name)
  return [
    `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
    `GRANT SELECT ON ${version}, ${records}, ${overview} TO ${role}`,
    ...(granted ? [`GRANT ${granted} ON ${records} TO ${role}`] : []),
    ...policy('SELECT', version, name),
    ...['SELECT' as const, ...commands].flatMap((command) => policy(command, records, name)),
  ]
}

/** Row-level security is on, so a privilege has no effect without a policy. */
function policy(command: Command, table: string, role: string): string[] {
  const condition = command === 'INSERT' ? 'WITH CHECK (true)' : 'USING (true)'
  const name = quoted(policyName(command, role))
  return [
    `DROP POLICY IF EXISTS ${name} ON ${table}`,
    `CREATE POLICY ${name} ON ${table} FOR ${command} TO ${quoted(role)} ${condition}`,
  ]
}

/** At most 63 bytes: Postgres truncates longer names, and two could become the same. */
function policyName(command: Command, role: string): string {
  const name = `${command.toLowerCase()} for ${role}`
  if (Buffer.byteLength(name) <= 63) return name
  return `${command.toLowerCase()} for ${hash('sha256', role).slice(0, 32)}`
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
