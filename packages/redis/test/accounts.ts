import { randomBytes } from 'node:crypto'
import { grants, type Role } from '../src/index.ts'
import { asAdministrator } from './administrator.ts'

export const ROLES: readonly Role[] = ['migrate', 'verify', 'write', 'prune']

/** Creates a user with the documented grants for each role, on each node. @returns URLs of the first node */
export async function makeAccounts(urls: readonly string[]): Promise<Record<Role, string>> {
  const suffix = randomBytes(6).toString('hex')
  const nameOf = (role: Role) => `${role}_${suffix}`
  const names = Object.fromEntries(ROLES.map((role) => [role, nameOf(role)]))
  for (const url of urls) {
    await asAdministrator(url, async (redis) => {
      for (const name of Object.values(names)) await redis.acl('SETUSER', name, `>${suffix}`)
      for (const grant of grants(names)) await redis.call('ACL', grant.split(' ').slice(1))
    })
  }
  const [first = ''] = urls
  const login = (role: Role): string =>
    Object.assign(new URL(first), { username: nameOf(role), password: suffix }).href
  return {
    migrate: login('migrate'),
    verify: login('verify'),
    write: login('write'),
    prune: login('prune'),
  }
}
