import { START, startOf } from './names.ts'

/**
 * Who may do what: `verify` reads; `write` issues, rotates and revokes too; `prune` deletes what is
 * past; `migrate` prepares the store, and looks at the server's settings.
 */
export type Role = 'verify' | 'write' | 'prune' | 'migrate'

/** The names of the server's users. */
export type Roles = Partial<Record<Role, string>>

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
 * The commands that give each user what it needs and no more, whatever it had before. Passwords stay.
 * @param namespace of the repository; none: of all
 */
export function grants(roles: Roles, namespace?: string): readonly string[] {
  const start = namespace === undefined ? `${START}*` : startOf(namespace)
  return (Object.entries(roles) as [Role, string][]).map(([role, user]) => {
    const [records, note, commands] = RIGHTS[role]
    const keys = `${records}${start}:*}:* ${note}${start}}`
    return `ACL SETUSER ${user} on resetkeys resetchannels nocommands ${keys} &${start}} ${commands}`
  })
}
