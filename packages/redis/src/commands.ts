import type { Client } from './client.ts'
import { type Command, type Reply, resultOf, resultsOf } from './driver.ts'
import { codeOf } from './errors.ts'
import type { Script, ScriptCall } from './scripts.ts'

/** Reads from a primary in one round trip, and returns the reply or the error of each command. */
export function readFromPrimary(
  client: Client,
  commands: readonly Command[],
  signal: AbortSignal,
): Promise<readonly Reply[]> {
  return fromPrimary(client, commands, (all) => client.send(all, signal))
}

/**
 * An address may come to lead to a replica. ROLE is the first command, so the replies that follow were
 * made after the server answered that it is a primary. A replica in a cluster redirects every read.
 */
export async function fromPrimary(
  { isCluster }: Client,
  commands: readonly Command[],
  send: (commands: readonly Command[]) => Promise<readonly Reply[]>,
): Promise<readonly Reply[]> {
  if (isCluster) return send(commands)
  const [first, ...replies] = await send([['role', []], ...commands])
  const role = resultOf(first)
  if (Array.isArray(role) && String(role[0]) === 'master') return replies
  throw new Error('Redis: this is a replica, or became one: give the address of the primary.')
}

/** Runs the script once for each call, in one round trip. */
export async function runScript(
  client: Client,
  script: Script,
  calls: readonly ScriptCall[],
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  return resultsOf(await sendScript(script, calls, (all) => client.send(all, signal)))
}

/** A server that does not know the script has done nothing: then its text is sent. */
export async function sendScript(
  { sha, text }: Script,
  calls: readonly ScriptCall[],
  send: (commands: readonly Command[]) => Promise<readonly Reply[]>,
): Promise<readonly Reply[]> {
  const run = (command: string, script: string, some: readonly ScriptCall[]) =>
    send(some.map(({ keys, args }) => [command, [script, keys.length, ...keys, ...args]]))
  const replies = await run('evalsha', sha, calls)
  const unknown = calls.filter((_, i) => isUnknownScript(replies[i]))
  if (unknown.length === 0) return replies
  const resent = (await run('eval', text, unknown)).values()
  return replies.map((reply) => (isUnknownScript(reply) ? resent.next().value : reply) as Reply)
}

function isUnknownScript(reply: Reply | undefined): boolean {
  return reply?.status === 'rejected' && codeOf(reply.reason) === 'NOSCRIPT'
}
