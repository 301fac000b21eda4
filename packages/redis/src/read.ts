import type { StoredRecord } from '@tokenward/core/adapter'
import type { Client } from './client.ts'
import { fromPrimary, sendScript } from './commands.ts'
import { type Command, hasWrongType, type Reply, resultOf, resultsOf } from './driver.ts'
import { codeOf } from './errors.ts'
import type { KeyNames } from './keys.ts'
import { toRecord } from './records.ts'
import { READ_ALL, WRONG_TYPE } from './scripts.ts'

type StoredValue = Buffer | typeof WRONG_TYPE | null

/** A script cannot pass on several thousand keys. */
const MAX_SCRIPT_KEYS = 1_000

/** Errors of a script that could write, on a server that can be read. */
const READABLE: readonly string[] = ['MISCONF', 'NOREPLICAS']

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

/** By the script where that works: it names each key once, and needs no ROLE. */
async function getAll(
  client: Client,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly StoredValue[]> {
  if (!client.mayRunScripts || names.length > MAX_SCRIPT_KEYS) return getMany(client, names, signal)
  const send = (commands: readonly Command[]) => client.sendRaw(commands, signal)
  const [reply] = await sendScript(READ_ALL, [{ keys: names, args: [] }], send)
  if (reply?.status === 'rejected') {
    const code = codeOf(reply.reason)
    if (code === 'WRONGTYPE') return getEach(client, names, signal)
    if (code === 'NOPERM') client.mayRunScripts = false
    else if (!READABLE.includes(code)) throw reply.reason
    return getMany(client, names, signal)
  }
  return resultOf(reply) as readonly (Buffer | null)[]
}

/**
 * MGET returns null for a list or a hash, as for a missing key; EXISTS counts it. Only where EXISTS
 * counts more keys than MGET found is each key read with a separate command. A record that expires
 * between the two commands makes no difference: its retention has ended.
 */
async function getMany(
  client: Client,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly StoredValue[]> {
  const commands: readonly Command[] = [
    ['mget', names],
    ['exists', names],
  ]
  const replies = await readRaw(client, commands, signal)
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
  const replies = await readRaw(client, commands, signal)
  return replies.map((reply) =>
    hasWrongType(reply) ? WRONG_TYPE : (resultOf(reply) as Buffer | null),
  )
}

function readRaw(
  client: Client,
  commands: readonly Command[],
  signal: AbortSignal,
): Promise<readonly Reply[]> {
  return fromPrimary(client, commands, (all) => client.sendRaw(all, signal))
}
