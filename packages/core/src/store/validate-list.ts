// Replies to `list` and `prune`: apart from those to `read` and `write`, which every instance needs.
import type { ListPosition, StoredRecord } from '../adapter/contract.ts'
import { newestFirst } from '../adapter/records.ts'
import { fault } from './validate-reply.ts'

/** How many records were pruned. */
export function checkCount(reply: number | undefined, limit: number): number {
  if (!Number.isSafeInteger(reply) || Number(reply) < 0 || Number(reply) > limit)
    throw fault('prune', `a whole number from 0 to ${limit}`)
  return Number(reply)
}

/** A page that does not advance would be asked for again without end. */
export function checkPage(
  reply: readonly StoredRecord[],
  after: ListPosition | null,
  limit: number,
): readonly StoredRecord[] {
  if (!Array.isArray(reply) || reply.length > limit) throw fault('list', `at most ${limit} records`)
  let last = after
  for (const record of reply) {
    if (last !== null && newestFirst(last, record) >= 0)
      throw fault('list', 'records sorted by createdAt and key, both descending')
    last = record
  }
  return reply
}
