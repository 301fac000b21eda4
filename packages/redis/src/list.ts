import type { StoredRecord } from '@tokenward/core/adapter'
import type { Client } from './client.ts'
import { readFromPrimary, readRecords } from './commands.ts'
import { type Command, resultsOf } from './driver.ts'
import { type KeyNames, SHARDS } from './keys.ts'

/** Sorts after every key that begins with the text before it. */
const AFTER_SHARD = '~'

/**
 * Lists by key, so shard after shard, and doubles the number of shards with each round trip: a long
 * list needs only the first ones, a short one all of them. The index may name records that are gone;
 * the records decide.
 */
export async function list(
  client: Client,
  names: KeyNames,
  group: string | null,
  after: string | null,
  limit: number,
  signal: AbortSignal,
): Promise<readonly StoredRecord[]> {
  const found: StoredRecord[] = []
  let last = after ?? ''
  for (let width = 1; found.length < limit; width *= 2) {
    const shards = SHARDS.filter((shard) => shard + AFTER_SHARD > last).slice(0, width)
    if (shards.length === 0) break
    const wanted = limit - found.length
    const commands = shards.map((shard) => pageOf(names.index(shard), group ?? '', last, wanted))
    const pages = resultsOf(await readFromPrimary(client, commands, signal))
    const keys = (pages.flat() as string[]).map(keyIn).slice(0, wanted)
    const records = await readRecords(client, names, keys, signal)
    found.push(...records.filter((record) => record !== null).filter(isIn(group)))
    last = keys.length === wanted ? (keys.at(-1) ?? '') : `${shards.at(-1)}${AFTER_SHARD}`
  }
  return found
}

function pageOf(index: string, group: string, after: string, limit: number): Command {
  // An exclamation mark sorts directly after a blank, so after every entry of the group.
  return ['zrange', [index, `(${group} ${after}`, `(${group}!`, 'bylex', 'limit', 0, limit]]
}

function keyIn(entry: string): string {
  return entry.slice(entry.lastIndexOf(' ') + 1)
}

/** A corrupt record has lost its groups: only the index names them. */
function isIn(group: string | null): (record: StoredRecord) => boolean {
  return ({ kind, groups }) => group === null || kind === 'corrupt' || groups.includes(group)
}
