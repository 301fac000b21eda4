import type { Client } from './client.ts'
import { type Command, type Reply, resultOf } from './driver.ts'
import { type KeyNames, SHARDS } from './keys.ts'

/** A user of the server that may write keys of any name, and so the keys of Tokenward. */
export interface OtherWriter {
  readonly name: string
  readonly needsPassword: boolean
}

/**
 * Finds every other user that can undo a revocation without a grant for the keys of Tokenward: ACL
 * DRYRUN reports what each may do. Empty where this user may not run it.
 */
export async function readOtherWriters(
  client: Client,
  names: KeyNames,
  signal: AbortSignal,
): Promise<readonly OtherWriter[]> {
  const lists = await client.sendToAll([['acl', ['list']]], signal)
  const listed = lists.flatMap(([list]) => usersIn(list))
  const users = new Map(listed.map((user) => [user.name, user]))
  users.delete(client.user)
  const others = [...users.values()]
  if (others.length === 0) return []
  const prefix = client.keyPrefix
  const recordKey = prefix + names.record((SHARDS[0] ?? '').padEnd(64, '0'))
  const unrelatedKey = prefix + crypto.randomUUID()
  const commands = others.flatMap(({ name }) => [
    ...dryRuns(name, recordKey),
    ...dryRuns(name, unrelatedKey),
  ])
  const nodes = await client.sendToAll(commands, signal)
  return others.filter((_, i) => nodes.some((replies) => mayAll(replies.slice(4 * i, 4 * i + 4))))
}

/** A command that replaces a record undoes a revocation, and so does one that deletes it. */
function dryRuns(user: string, key: string): readonly Command[] {
  return [
    ['acl', ['dryrun', user, 'set', key, '']],
    ['acl', ['dryrun', user, 'del', key]],
  ]
}

/** A user that was granted the keys of Tokenward alone may not write the unrelated key. */
function mayAll(replies: readonly Reply[]): boolean {
  const [set, del, setUnrelated, delUnrelated] = replies.map(
    (reply) => reply.status === 'fulfilled' && reply.value === 'OK',
  )
  return Boolean((set || del) && (setUnrelated || delUnrelated))
}

/** Parses lines as `user app on #6a… ~* &* +@all`. A user that is off cannot log in. */
function usersIn(list: Reply | undefined): readonly OtherWriter[] {
  if (list?.status !== 'fulfilled') return []
  return (resultOf(list) as readonly string[]).flatMap((line) => {
    const [, name = '', ...rules] = line.split(' ')
    return rules.includes('on') ? [{ name, needsPassword: !rules.includes('nopass') }] : []
  })
}
