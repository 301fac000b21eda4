import type { StoredRecord } from '@tokenward/core/adapter'
import type { Client } from './client.ts'
import { type Command, hasWrongType, type Reply, resultOf, resultsOf } from './driver.ts'
import { codeOf } from './errors.ts'
import type { KeyNames } from './keys.ts'
import { toRecord } from './records.ts'
import { type Script, type ScriptCall, WRONG_TYPE } from './scripts.ts'

type StoredValue = Buffer | typeof WRONG_TYPE | null

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
async function fromPrimary(
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

/** Reads one record or `null` for each key, in the order of the keys. */
export async function readRecords(
  client: Client,
  names: KeyNames,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<readonly (StoredRecord | null)[]> {
  if (keys.length === 0) return []
  const recordNames = keys.map((key) => names.record(key))
  // A cluster takes several keys in one command only where they share a hash tag.
  const stored = client.isCluster
    ? await getEach(client, recordNames, signal)
    : await getAll(client, recordNames, signal)
  return keys.map((key, i) => toRecord(key, stored[i] ?? null))
}

/**
 * MGET returns null for a list or a hash, as for a missing key; EXISTS counts it. Only where EXISTS
 * counts more keys than MGET found is each key read with a separate command. A record that expires
 * between the two commands makes no difference: its retention has ended.
 */
async function getAll(
  client: Client,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly StoredValue[]> {
  const commands: readonly Command[] = [
    ['mget', names],
    ['exists', names],
  ]
  const replies = await fromPrimary(client, commands, (all) => client.sendRaw(all, signal))
  const [values, existing] = resultsOf(replies) as [readonly (Buffer | null)[], number]
  let found = 0
  for (const value of values) if (value !== null) found++
  return existing > found ? getEach(client, names, signal) : values
}

async function getEach(
  client: Client,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly StoredValue[]> {
  const commands = names.map((name): Command => ['get', [name]])
  const replies = await fromPrimary(client, commands, (all) => client.sendRaw(all, signal))
  return replies.map((reply) =>
    hasWrongType(reply) ? WRONG_TYPE : (resultOf(reply) as Buffer | null),
  )
}

/**
 * Runs the script once for each call, in one round trip. A server that does not know the script has
 * done nothing: then its text is sent.
 */
export async function runScript(
  client: Client,
  { sha, text }: Script,
  calls: readonly ScriptCall[],
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const send = (command: string, script: string, some: readonly ScriptCall[]) =>
    client.send(
      some.map(({ keys, args }) => [command, [script, keys.length, ...keys, ...args]]),
      signal,
    )
  const replies = await send('evalsha', sha, calls)
  const unknown = calls.filter((_, i) => isUnknownScript(replies[i]))
  if (unknown.length === 0) return resultsOf(replies)
  const resent = (await send('eval', text, unknown)).values()
  return resultsOf(
    replies.map((reply) => (isUnknownScript(reply) ? resent.next().value : reply) as Reply),
  )
}

function isUnknownScript(reply: Reply | undefined): boolean {
  return reply?.status === 'rejected' && codeOf(reply.reason) === 'NOSCRIPT'
}
