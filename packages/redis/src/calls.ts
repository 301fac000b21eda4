import type { Connection } from './client.ts'
import { codeOf } from './faults.ts'
import { type Command, type Reply, resultOf, resultsOf } from './replies.ts'
import type { Script } from './scripts.ts'

/** What a script is called with: its keys and its arguments. */
export interface Call {
  readonly keys: readonly string[]
  readonly args: readonly (string | number)[]
}

/** Reads in one round trip, and only from a primary. */
export async function ask(
  connection: Connection,
  commands: readonly Command[],
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  return resultsOf(await askEach(connection, commands, signal))
}

/** The same, with the error of each command by itself. */
export function askEach(
  connection: Connection,
  commands: readonly Command[],
  signal: AbortSignal,
): Promise<readonly Reply[]> {
  return fromPrimary(connection, commands, (all) => connection.send(all, signal))
}

/** The same, with bytes for strings. */
export function askRaw(
  connection: Connection,
  commands: readonly Command[],
  signal: AbortSignal,
): Promise<readonly Reply[]> {
  return fromPrimary(connection, commands, (all) => connection.sendRaw(all, signal))
}

/**
 * An address may begin to lead to a replica. The role comes first, so that what follows was read after
 * the server answered that it is a primary. In a cluster a replica answers nothing by itself.
 */
async function fromPrimary(
  { isCluster }: Connection,
  commands: readonly Command[],
  send: (commands: readonly Command[]) => Promise<readonly Reply[]>,
): Promise<readonly Reply[]> {
  if (isCluster) return send(commands)
  const [first, ...replies] = await send([['role'], ...commands])
  const role = resultOf(first)
  if (Array.isArray(role) && String(role[0]) === 'master') return replies
  throw new Error('Redis: this is a replica, or became one: give the address of the primary.')
}

/** Runs a script for each call by itself. Where it is not known it did nothing, and is sent whole. */
export async function run(
  connection: Connection,
  { sha, text }: Script,
  calls: readonly Call[],
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const sent = (command: string, script: string, some: readonly Call[]) =>
    connection.send(
      some.map(({ keys, args }) => [command, script, keys.length, ...keys, ...args]),
      signal,
    )
  const replies = await sent('evalsha', sha, calls)
  const unknown = calls.filter((_, i) => isUnknown(replies[i]))
  if (unknown.length === 0) return resultsOf(replies)
  const again = (await sent('eval', text, unknown)).values()
  return resultsOf(replies.map((reply) => (isUnknown(reply) ? again.next().value : reply) as Reply))
}

function isUnknown(reply: Reply | undefined): boolean {
  return reply?.status === 'rejected' && codeOf(reply.reason) === 'NOSCRIPT'
}
