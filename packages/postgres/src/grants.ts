import { hash } from 'node:crypto'

/**
 * Who may do what: `verify` reads; `write` issues, rotates and revokes too; `prune` deletes what is
 * past; `migrate` makes the tables, and owns them.
 */
export type Role = 'verify' | 'write' | 'prune' | 'migrate'

/** The names of the database's roles. */
export type Roles = Partial<Record<Role, string>>

interface Rights {
  /** Privileges on `tokenward_records` beside SELECT. */
  readonly privileges?: string
  /** Commands that the row-level security of `tokenward_records` lets through beside SELECT. */
  readonly commands: readonly Command[]
}

type Command = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'

const RIGHTS: Readonly<Record<Exclude<Role, 'migrate'>, Rights>> = {
  verify: { commands: [] },
  write: { privileges: 'INSERT, UPDATE', commands: ['INSERT', 'UPDATE'] },
  // Postgres wants UPDATE of some column from a role that locks a row.
  prune: { privileges: 'DELETE, UPDATE (retain_until)', commands: ['UPDATE', 'DELETE'] },
}

/**
 * The statements that give each role what it needs and no more: that of `migrate` before the tables
 * are made, the others after. For the owner of the schema and of the tables, or a superuser. They may
 * be repeated.
 */
export function grants(roles: Roles, schema = 'public'): readonly string[] {
  const named = Object.entries(roles) as [Role, string][]
  return named.flatMap(([role, name]) => {
    if (role !== 'migrate') return rightsOf(RIGHTS[role], quoted(schema), name)
    return [`GRANT USAGE, CREATE ON SCHEMA ${quoted(schema)} TO ${quoted(name)}`]
  })
}

function rightsOf({ privileges, commands }: Rights, schema: string, name: string): string[] {
  const [version, records, overview] = ['schema', 'records', 'overview'].map(
    (table) => `${schema}.tokenward_${table}`,
  ) as [string, string, string]
  const role = quoted(name)
  return [
    `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
    `GRANT SELECT ON ${version}, ${records}, ${overview} TO ${role}`,
    ...(privileges ? [`GRANT ${privileges} ON ${records} TO ${role}`] : []),
    ...policy('SELECT', version, name),
    ...['SELECT' as const, ...commands].flatMap((command) => policy(command, records, name)),
  ]
}

/** Row-level security is on, so a privilege means nothing without it. */
function policy(command: Command, table: string, role: string): string[] {
  const condition = command === 'INSERT' ? 'WITH CHECK (true)' : 'USING (true)'
  const name = quoted(policyName(command, role))
  return [
    `DROP POLICY IF EXISTS ${name} ON ${table}`,
    `CREATE POLICY ${name} ON ${table} FOR ${command} TO ${quoted(role)} ${condition}`,
  ]
}

/** At most 63 bytes: Postgres cuts off the rest, and two names might meet. */
function policyName(command: Command, role: string): string {
  const name = `${command.toLowerCase()} for ${role}`
  if (Buffer.byteLength(name) <= 63) return name
  return `${command.toLowerCase()} for ${hash('sha256', role).slice(0, 32)}`
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
