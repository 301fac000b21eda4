import type { Client } from './client.ts'
import { readFromPrimary, runScript } from './commands.ts'
import { type Command, hasWrongType, resultOf } from './driver.ts'
import { type KeyNames, SHARDS } from './keys.ts'
import { pruneCall } from './records.ts'
import { PRUNE } from './scripts.ts'

/**
 * Deletes records whose retention has ended, shard after shard, and doubles the number of shards with
 * each round trip.
 * @param first the index of the shard to begin with: behind those that earlier batches have emptied
 * @param now in ms since 1970
 * @returns how many records were deleted, or with `dryRun` would be, and where the next batch begins
 */
export async function prune(
  client: Client,
  names: KeyNames,
  first: number,
  now: number,
  limit: number,
  dryRun: boolean,
  signal: AbortSignal,
): Promise<{ count: number; next: number }> {
  const shards = [...SHARDS.slice(first), ...SHARDS.slice(0, first)]
  let count = 0
  let next = first
  for (let from = 0, width = 1; from < shards.length && count < limit; from += width, width *= 2) {
    const sets = shards.slice(from, from + width).map((shard) => names.retention(shard))
    count += await (dryRun
      ? countPrunable(client, sets, now, signal)
      : deletePrunable(client, names, sets, now, limit - count, signal))
    next = (first + from) % SHARDS.length
  }
  return { count: Math.min(count, limit), next }
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
