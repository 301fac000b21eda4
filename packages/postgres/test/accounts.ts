import { randomBytes } from 'node:crypto'
import { grants, type Role } from '../src/index.ts'
import { asAdministrator } from './administrator.ts'

export const ROLES: readonly Role[] = ['migrate', 'verify', 'write', 'prune']

/** Four logins with the documented grants on existing tables: their URLs. */
export async function makeAccounts(url: string): Promise<Record<Role, string>> {
  const suffix = randomBytes(6).toString('hex')
  const nameOf = (role: Role) => `${role}_${suffix}`
  const names = Object.fromEntries(ROLES.map((role) => [role, nameOf(role)]))
  const created = ROLES.map((role) => `CREATE ROLE ${nameOf(role)} LOGIN PASSWORD '${suffix}'`)
  const owned = ['TABLE tokenward_schema', 'TABLE tokenward_records', 'VIEW tokenward_overview']
  const given = owned.map((each) => `ALTER ${each} OWNER TO ${nameOf('migrate')}`)
  await asAdministrator(url, [...created, ...given, ...grants(names)].join(';'))
  const login = (role: Role): string =>
    Object.assign(new URL(url), { username: nameOf(role), password: suffix }).href
  return {
    migrate: login('migrate'),
    verify: login('verify'),
    write: login('write'),
    prune: login('prune'),
  }
}
