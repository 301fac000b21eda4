import type { Connection } from './client.ts'
import { type Names, SHARDS } from './names.ts'
import { type Command, type Reply, resultOf } from './replies.ts'

/** A user of the server that may write keys of any name, ours among them. */
export interface Writer {
  readonly name: string
  readonly needsPassword: boolean
}

/**
 * Every user but our own that could undo a revocation without having been granted anything of ours:
 * the server itself is asked what each may do. None where this user may not look.
 */
export async function otherWriters(
  connection: Connection,
  names: Names,
  signal: AbortSignal,
): Promise<readonly Writer[]> {
  const lists = await connection.sendToAll([['acl', 'list']], signal)
  const listed = lists.flatMap(([list]) => usersIn(list))
  const users = new Map(listed.map((user) => [user.name, user]))
  users.delete(connection.user)
  const others = [...users.values()]
  if (others.length === 0) return []
  const prefix = connection.keyPrefix
  const ours = prefix + names.record((SHARDS[0] ?? '').padEnd(64, '0'))
  const any = prefix + crypto.randomUUID()
  const commands = others.flatMap(({ name }) => [...trials(name, ours), ...trials(name, any)])
  const nodes = await connection.sendToAll(commands, signal)
  return others.filter((_, i) => nodes.some((replies) => mayAll(replies.slice(4 * i, 4 * i + 4))))
}

/** A revocation is undone by what replaces a record, and by what removes it. */
function trials(user: string, key: string): readonly Command[] {
  return [
    ['acl', 'dryrun', user, 'set', key, ''],
    ['acl', 'dryrun', user, 'del', key],
  ]
}

/** Of keys of ours and of keys that nobody named: who was granted ours alone may not write those. */
function mayAll(replies: readonly Reply[]): boolean {
  const [set, del, setAny, delAny] = replies.map(
    (reply) => reply.status === 'fulfilled' && reply.value === 'OK',
  )
  return Boolean((set || del) && (setAny || delAny))
}

/** As in `user app on #6a… ~* &* +@all`; those that are off cannot log in. */
function usersIn(list: Reply | undefined): readonly Writer[] {
  if (list?.status !== 'fulfilled') return []
  return (resultOf(list) as readonly string[]).flatMap((line) => {
    const [, name = '', ...rules] = line.split(' ')
    return rules.includes('on') ? [{ name, needsPassword: !rules.includes('nopass') }] : []
  })
}
