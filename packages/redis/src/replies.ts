import type { ClientLike } from './ioredis.ts'

export type Command = readonly [name: string, ...args: (string | number)[]]
export type Reply = PromiseSettledResult<unknown>

/** @throws what the command failed with */
export function resultOf(reply: Reply | undefined): unknown {
  if (reply?.status === 'fulfilled') return reply.value
  throw reply?.reason ?? new Error('Redis: a reply is missing')
}

/** One error makes all of them doubtful: an answer must not be made of the rest. */
export function resultsOf(replies: readonly Reply[]): readonly unknown[] {
  return replies.map(resultOf)
}

/** What is stored under the key is a list or a hash, or another that is no string. */
export function hasWrongType(reply: Reply): boolean {
  return reply.status === 'rejected' && String(reply.reason?.message).startsWith('WRONGTYPE')
}

/** They leave in one piece; in a cluster, what one turn of the event loop writes to each node does. */
export function repliesOf(
  client: ClientLike,
  commands: readonly Command[],
  call: 'call' | 'callBuffer' = 'call',
): Promise<Reply[]> {
  const { stream } = client
  stream?.cork()
  const replies = commands.map(([name, ...args]) => client[call](name, args))
  stream?.uncork()
  return Promise.allSettled(replies)
}

/** The connection ended before the reply came. */
export function isLost(reply: Reply): reply is PromiseRejectedResult & { reason: Error } {
  return (
    reply.status === 'rejected' &&
    reply.reason instanceof Error &&
    reply.reason.name === 'MaxRetriesPerRequestError'
  )
}
