import { corruptRecord, type ListPosition, type StoredRecord } from '@tokenward/core/adapter'
import type { Client } from './client.ts'
import { readFromPrimary } from './commands.ts'
import { type Command, resultsOf } from './driver.ts'
import { type KeyNames, SHARDS, shortGroup, timeDigits, timeOf } from './keys.ts'
import { readRecords } from './read.ts'

/** An exclamation mark sorts directly after a blank, so after every entry of the group. */
const AFTER_GROUP = '!'

/** Lists from the newest. The index may name records that are gone; the records decide. */
export async function list(
  client: Client,
  names: KeyNames,
  group: string | null,
  after: ListPosition | null,
  limit: number,
  signal: AbortSignal,
): Promise<readonly StoredRecord[]> {
  const index = new MergedIndex(client, names, shortGroup(group ?? ''), after)
  const found: StoredRecord[] = []
  while (found.length < limit) {
    const entries = await index.take(limit - found.length, signal)
    if (entries.length === 0) break
    const places = entries.map(placeOf)
    const keys = places.map(({ key }) => key)
    const records = await readRecords(client, names, keys, signal)
    found.push(...places.flatMap((place, i) => recordAt(place, records[i] ?? null, group)))
  }
  return found
}

/**
 * The entries of one group in the sorted sets of all shards, as one list from the newest. Keys are
 * hashes, so a page is spread evenly: a few entries of each shard are nearly always enough, and only
 * the shards that had more of them are asked again.
 */
class MergedIndex {
  readonly #client: Client
  readonly #names: KeyNames
  readonly #group: string
  /** Entries that were read and not taken yet, the newest first. */
  #entries: readonly string[] = []
  /** The last entry that was read of each shard that may have more. */
  readonly #reached: Map<string, string>

  constructor(client: Client, names: KeyNames, group: string, after: ListPosition | null) {
    this.#client = client
    this.#names = names
    this.#group = group
    const start = after ? ` ${timeDigits(after.createdAt)} ${after.key}` : AFTER_GROUP
    this.#reached = new Map(SHARDS.map((shard) => [shard, group + start]))
  }

  /** The next entries: fewer than `count` only at the end. */
  async take(count: number, signal: AbortSignal): Promise<readonly string[]> {
    for (;;) {
      const last = this.#entries[count - 1] ?? ''
      // What follows in these shards may be newer than the last entry.
      const behind = [...this.#reached].filter(([, reached]) => reached > last)
      if (behind.length === 0) break
      const share = Math.ceil(count / SHARDS.length)
      await this.#readOn(behind, Math.min(count, 4 * share), signal)
    }
    const taken = this.#entries.slice(0, count)
    this.#entries = this.#entries.slice(count)
    return taken
  }

  /** @param shards with the last entry that was read of each */
  async #readOn(
    shards: readonly (readonly [shard: string, reached: string])[],
    limit: number,
    signal: AbortSignal,
  ): Promise<void> {
    const commands = shards.map(([shard, reached]): Command => {
      const range = [`(${reached}`, `(${this.#group} `, 'bylex', 'rev', 'limit', 0, limit]
      return ['zrange', [this.#names.index(shard), ...range]]
    })
    const replies = resultsOf(await readFromPrimary(this.#client, commands, signal))
    const pages = replies as readonly (readonly string[])[]
    for (const [i, [shard]] of shards.entries()) {
      const last = pages[i]?.[limit - 1]
      if (last === undefined) this.#reached.delete(shard)
      else this.#reached.set(shard, last)
    }
    // Sorted as the server sorts them.
    this.#entries = [...this.#entries, ...pages.flat()].sort((a, b) => (a < b ? 1 : -1))
  }
}

/** @param entry `<short group> <time> <key>` */
function placeOf(entry: string): ListPosition {
  const [, time = '', key = ''] = entry.split(' ')
  return { createdAt: timeOf(time), key }
}

/**
 * The record of an entry, if it is in the list at this place: the entry may be of an earlier record
 * under the same key. A corrupt record has lost its groups and its time: only the index has them.
 */
function recordAt(
  { createdAt, key }: ListPosition,
  record: StoredRecord | null,
  group: string | null,
): readonly StoredRecord[] {
  if (record === null) return []
  if (record.kind === 'corrupt') return [corruptRecord(key, record.etag, createdAt)]
  const isHere = record.createdAt === createdAt && (group === null || record.groups.includes(group))
  return isHere ? [record] : []
}
