// Replies of an adapter are input from outside: they are validated before they are used.

import type { StoredRecord } from '../adapter/contract.ts'
import { AdapterFault } from '../errors.ts'

/** Puts the records that were read under their keys. */
export function checkRecords(
  items: Map<string, StoredRecord | null>,
  reply: readonly (StoredRecord | null)[],
): ReadonlyMap<string, StoredRecord | null> {
  if (!Array.isArray(reply) || reply.length !== items.size)
    throw fault('read', 'one answer per key')
  let i = 0
  for (const key of items.keys()) {
    const record = reply[i++] as StoredRecord | null
    if (record === null) continue
    if (record?.key !== key) throw fault('read', 'the records in the order asked for')
    items.set(key, record)
  }
  return items
}

export function fault(method: string, expected: string): AdapterFault {
  return new AdapterFault(
    `${method}() must return ${expected}: report it to the adapter's authors.`,
  )
}
