// What an adapter answers is data from outside: it is looked at before it is believed.

import type { StoredRecord } from '../adapter/contract.ts'
import { AdapterFault } from '../errors.ts'

export function checkRecords(
  keys: readonly string[],
  answer: readonly (StoredRecord | null)[],
): ReadonlyMap<string, StoredRecord | null> {
  if (!Array.isArray(answer) || answer.length !== keys.length)
    throw fault('read', 'one answer per key')
  return new Map(
    keys.map((key, i) => {
      const record = answer[i]
      if (record !== null && record?.key !== key) throw fault('read', 'records in the order asked')
      return [key, record]
    }),
  )
}

export function checkWritten(
  keys: readonly string[],
  answer: readonly boolean[],
): ReadonlyMap<string, boolean> {
  const whole = Array.isArray(answer) && answer.length === keys.length
  if (!whole || answer.some((done) => typeof done !== 'boolean')) {
    throw fault('write', 'true or false per entry')
  }
  return new Map(keys.map((key, i) => [key, answer[i] === true]))
}

/** How many records were pruned. */
export function checkCount(answer: number | undefined, most: number): number {
  if (!Number.isSafeInteger(answer) || Number(answer) < 0 || Number(answer) > most)
    throw fault('prune', `a whole number from 0 to ${most}`)
  return Number(answer)
}

export function checkPage(answer: readonly StoredRecord[], most: number): readonly StoredRecord[] {
  if (!Array.isArray(answer) || answer.length > most) throw fault('list', `at most ${most} records`)
  return answer
}

function fault(method: string, wants: string): AdapterFault {
  return new AdapterFault(`${method}() must answer ${wants}: report it to the adapter's authors.`)
}
