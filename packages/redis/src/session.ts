import type { StoredRecord } from '@tokenward/core'
import { ask } from './calls.ts'
import type { Connection } from './client.ts'
import type { Hints } from './hints.ts'
import { type Names, shardOf } from './names.ts'
import { toRecord } from './records.ts'
import type { Command } from './replies.ts'

/** What is there between `open()` and `close()`. */
export interface Session {
  readonly connection: Connection
  readonly names: Names
  readonly hints: Hints
}

/** One answer per key, in the order asked. */
export async function readRecords(
  { connection, names }: Session,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<readonly (StoredRecord | null)[]> {
  if (keys.length === 0) return []
  // Only keys of one hash tag can be asked for together in a cluster.
  const groups = connection.isCluster ? [...Map.groupBy(keys, shardOf).values()] : [keys]
  const commands = groups.map(
    (group): Command => ['mget', ...group.map((key) => names.record(key))],
  )
  const answers = (await ask(connection, commands, signal)) as readonly unknown[][]
  const found = new Map<string, StoredRecord | null>()
  for (const [g, group] of groups.entries()) {
    for (const [i, key] of group.entries()) found.set(key, toRecord(key, answers[g]?.[i]))
  }
  return keys.map((key) => found.get(key) ?? null)
}
