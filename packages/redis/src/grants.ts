import type { Role, RoleNames } from '@tokenward/core/adapter'
import { PREFIX, prefixOf } from './keys.ts'

/** To connect, and to find the nodes of a cluster. */
const CONNECT = '+hello +auth +select +client|setname +info +role +cluster|slots +cluster|info'
const READ = `${CONNECT} +get +mget +exists +zrange +zcount +subscribe +unsubscribe`
const WRITE = `${READ} +eval +evalsha +set +zadd +time +publish`
const PRUNE = `${READ} +eval +evalsha +del +zrem +zscore`

const RIGHTS: Readonly<Record<Role, readonly [records: string, note: string, commands: string]>> = {
  verify: ['%R~', '%R~', READ],
  write: ['~', '%R~', WRITE],
  prune: ['~', '%R~', PRUNE],
  // CONFIG GET may show passwords, ACL LIST shows their hashes.
  migrate: ['~', '~', `${WRITE} +config|get +acl|list +acl|dryrun`],
}

/**
 * The `ACL SETUSER` commands that give each user the rights of its role and remove all others.
 * Passwords stay as they are.
 * @param roles the name of the server's user for each role; `migrate` also reads the server's settings
 * @param namespace of the repository; without it, the grants hold for all namespaces
 * @example
 * for (const command of grants({ verify: 'app_api', write: 'app_login' })) console.log(command)
 */
export function grants(roles: RoleNames, namespace?: string): readonly string[] {
  const prefix = namespace === undefined ? `${PREFIX}*` : prefixOf(namespace)
  return (Object.entries(roles) as [Role, string][]).map(([role, user]) => {
    const [records, note, commands] = RIGHTS[role]
    const keys = `${records}${prefix}:*}:* ${note}${prefix}}`
    return `ACL SETUSER ${user} on resetkeys resetchannels nocommands ${keys} &${prefix}} ${commands}`
  })
}
