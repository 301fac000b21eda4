import type { StoredRecord } from '@tokenward/core/adapter'
import { ask, askEach, run } from './calls.ts'
import type { Connection } from './client.ts'
import { SHARDS } from './names.ts'
import { pruneCall } from './records.ts'
import { type Command, hasWrongType, resultOf } from './replies.ts'
import { PRUNE } from './scripts.ts'
import { readRecords, type Session } from './session.ts'

/** After every key that begins with what stands before it. */
const END = '~'

/**
 * By key, and so shard after shard, ever more of them at once: a long list needs the first only, a
 * short one all. The index may name what is gone; the records decide.
 */
export async function list(
  session: Session,
  group: string | null,
  after: string | null,
  limit: number,
  signal: AbortSignal,
): Promise<readonly StoredRecord[]> {
  const { connection, names } = session
  const found: StoredRecord[] = []
  let last = after ?? ''
  for (let width = 1; found.length < limit; width *= 2) {
    const shards = SHARDS.filter((shard) => shard + END > last).slice(0, width)
    if (shards.length === 0) break
    const wanted = limit - found.length
    const pages = await ask(
      connection,
      shards.map((shard) => pageOf(names.index(shard), group ?? '', last, wanted)),
      signal,
    )
    const keys = (pages.flat() as string[]).map(keyIn).slice(0, wanted)
    const records = await readRecords(session, keys, signal)
    found.push(...records.filter((record) => record !== null).filter(isIn(group)))
    last = keys.length === wanted ? (keys.at(-1) ?? '') : `${shards.at(-1)}${END}`
  }
  return found
}

/** @returns how many were deleted, or would be */
export async function prune(
  session: Session,
  now: number,
  limit: number,
  dryRun: boolean,
  signal: AbortSignal,
): Promise<number> {
  let count = 0
  for (let from = 0, width = 1; from < SHARDS.length && count < limit; from += width, width *= 2) {
    const shards = SHARDS.slice(from, from + width)
    count += await (dryRun
      ? countPast(session, shards, now, signal)
      : prunePast(session, shards, now, limit - count, signal))
  }
  return Math.min(count, limit)
}

/**
 * A set that was replaced by a value of another type has nothing to prune, and stops no other: the
 * records that it named expire by themselves.
 */
async function askSets(
  connection: Connection,
  commands: readonly Command[],
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const replies = await askEach(connection, commands, signal)
  return replies.map((reply) => (hasWrongType(reply) ? [] : resultOf(reply)))
}

async function countPast(
  { connection, names }: Session,
  shards: readonly string[],
  now: number,
  signal: AbortSignal,
): Promise<number> {
  const asked = shards.map((shard): Command => ['zcount', names.durability(shard), '-inf', now])
  const counts = await askSets(connection, asked, signal)
  return counts.flat().reduce((sum: number, each) => sum + Number(each), 0)
}

async function prunePast(
  { connection, names }: Session,
  shards: readonly string[],
  now: number,
  limit: number,
  signal: AbortSignal,
): Promise<number> {
  const bounds = ['-inf', now, 'byscore', 'limit', 0, limit] as const
  const asked = shards.map((shard): Command => ['zrange', names.durability(shard), ...bounds])
  const entries = ((await askSets(connection, asked, signal)).flat() as string[]).slice(0, limit)
  const calls = entries.map((entry) => pruneCall(entry, now, names))
  return (await run(connection, PRUNE, calls, signal)).filter((done) => done === 1).length
}

function pageOf(index: string, group: string, after: string, limit: number): Command {
  // The mark after a blank: after every entry of the group.
  return ['zrange', index, `(${group} ${after}`, `(${group}!`, 'bylex', 'limit', 0, limit]
}

function keyIn(entry: string): string {
  return entry.slice(entry.lastIndexOf(' ') + 1)
}

/** What is corrupt has lost its groups; only the index names them. */
function isIn(group: string | null): (record: StoredRecord) => boolean {
  return ({ kind, groups }) => group === null || kind === 'corrupt' || groups.includes(group)
}
