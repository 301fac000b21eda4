// Replies of an adapter are input from outside: they are validated before they are used.

import type { StoredRecord } from '../adapter/contract.ts'
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

export function fault(method: string, expected: string): AdapterFault {
  return new AdapterFault(
    `${method}() must return ${expected}: report it to the adapter's authors.`,
  )
}
