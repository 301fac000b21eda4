import type { StoredRecord } from '@tokenward/core/adapter'
import { askRaw } from './calls.ts'
import type { Connection } from './client.ts'
import type { Hints } from './hints.ts'
import type { Names } from './names.ts'
import { toRecord } from './records.ts'
import { type Command, hasWrongType, resultOf, resultsOf } from './replies.ts'
import { WRONG_TYPE } from './scripts.ts'

/** What is there between `open()` and `close()`. */
export interface Session {
  readonly connection: Connection
  readonly names: Names
  readonly hints: Hints
}

type Stored = Buffer | typeof WRONG_TYPE | null

/** One answer per key, in the order asked. */
export async function readRecords(
  { connection, names }: Session,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<readonly (StoredRecord | null)[]> {
  if (keys.length === 0) return []
  const asked = keys.map((key) => names.record(key))
  // Only keys of one hash tag can be asked for together in a cluster.
  const stored = connection.isCluster
    ? await getEach(connection, asked, signal)
    : await getAll(connection, asked, signal)
  return keys.map((key, i) => toRecord(key, stored[i] ?? null))
}

/**
 * MGET takes a list or a hash for absent; EXISTS counts them. Only where it counts more than MGET
 * found is each key asked for by itself. What is removed between the two is past its use.
 */
async function getAll(
  connection: Connection,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly Stored[]> {
  const commands: readonly Command[] = [
    ['mget', ...names],
    ['exists', ...names],
  ]
  const [values, count] = resultsOf(await askRaw(connection, commands, signal))
  const found = values as readonly (Buffer | null)[]
  const isWhole = Number(count) <= found.filter((value) => value !== null).length
  return isWhole ? found : getEach(connection, names, signal)
}

async function getEach(
  connection: Connection,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly Stored[]> {
  const commands = names.map((name): Command => ['get', name])
  const replies = await askRaw(connection, commands, signal)
  return replies.map((reply) =>
    hasWrongType(reply) ? WRONG_TYPE : (resultOf(reply) as Buffer | null),
  )
}
