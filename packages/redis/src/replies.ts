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
