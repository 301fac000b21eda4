// Replies of an adapter are input from outside: they are validated before they are used.

import type { ListPosition, StoredRecord } from '../adapter/contract.ts'
import { newestFirst } from '../adapter/records.ts'
import { AdapterFault } from '../errors.ts'

export function checkRecords(
  keys: readonly string[],
  reply: readonly (StoredRecord | null)[],
): ReadonlyMap<string, StoredRecord | null> {
  if (!Array.isArray(reply) || reply.length !== keys.length)
    throw fault('read', 'one answer per key')
  return new Map(
    keys.map((key, i) => {
      const record = reply[i]
      if (record !== null && record?.key !== key)
        throw fault('read', 'the records in the order asked for')
      return [key, record]
    }),
  )
}

export function checkWritten(
  keys: readonly string[],
  reply: readonly boolean[],
): ReadonlyMap<string, boolean> {
  const isComplete = Array.isArray(reply) && reply.length === keys.length
  if (!isComplete || reply.some((stored) => typeof stored !== 'boolean')) {
    throw fault('write', 'true or false per write')
  }
  return new Map(keys.map((key, i) => [key, reply[i] === true]))
}

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

function fault(method: string, expected: string): AdapterFault {
  return new AdapterFault(
    `${method}() must return ${expected}: report it to the adapter's authors.`,
  )
}
