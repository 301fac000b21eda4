import type { Client } from './client.ts'
import { readFromPrimary, runScript } from './commands.ts'
import { type Command, hasWrongType, resultOf } from './driver.ts'
import { type KeyNames, SHARDS } from './keys.ts'
import { pruneCall } from './records.ts'
import { PRUNE } from './scripts.ts'

/**
 * Deletes records whose retention has ended, shard after shard, and doubles the number of shards with
 * each round trip.
 * @param now in ms since 1970
 * @returns how many records were deleted, or with `dryRun` would be
 */
export async function prune(
  client: Client,
  names: KeyNames,
  now: number,
  limit: number,
  dryRun: boolean,
  signal: AbortSignal,
): Promise<number> {
  let count = 0
  for (let from = 0, width = 1; from < SHARDS.length && count < limit; from += width, width *= 2) {
    const sets = SHARDS.slice(from, from + width).map((shard) => names.retention(shard))
    count += await (dryRun
      ? countPrunable(client, sets, now, signal)
      : deletePrunable(client, names, sets, now, limit - count, signal))
  }
  return Math.min(count, limit)
}

async function countPrunable(
  client: Client,
  sets: readonly string[],
  now: number,
  signal: AbortSignal,
): Promise<number> {
  const commands = sets.map((set): Command => ['zcount', [set, '-inf', now]])
  const counts = await readSets(client, commands, signal)
  return counts.flat().reduce((sum: number, each) => sum + Number(each), 0)
}

async function deletePrunable(
  client: Client,
  names: KeyNames,
  sets: readonly string[],
  now: number,
  limit: number,
  signal: AbortSignal,
): Promise<number> {
  const commands = sets.map(
    (set): Command => ['zrange', [set, '-inf', now, 'byscore', 'limit', 0, limit]],
  )
  const entries = (await readSets(client, commands, signal)).flat().slice(0, limit) as string[]
  const calls = entries.map((entry) => pruneCall(entry, now, names))
  return (await runScript(client, PRUNE, calls, signal)).filter((deleted) => deleted === 1).length
}

/**
 * A set that was replaced by a value of another type counts as empty, and stops no other: the records
 * that it named expire.
 */
async function readSets(
  client: Client,
  commands: readonly Command[],
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const replies = await readFromPrimary(client, commands, signal)
  return replies.map((reply) => (hasWrongType(reply) ? [] : resultOf(reply)))
}
