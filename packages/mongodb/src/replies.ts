import type { Document } from './driver.ts'
import { DUPLICATE_KEY, withHelp } from './errors.ts'

/**
 * The result of one entry. `stored`; `same`: an earlier attempt had stored it; `refused`: the condition
 * did not hold, and nothing was changed; `conflict`: an insert found its key in use, perhaps by the same
 * record.
 */
export type Outcome = 'stored' | 'same' | 'refused' | 'conflict'

/** @throws Error where the reply is incomplete: a missing document must not count as absent */
export function documentsOf({ cursor }: Document): readonly Document[] {
  if (Array.isArray(cursor?.firstBatch) && cursor.id === 0) return cursor.firstBatch
  throw new Error('MongoDB sent an incomplete reply.')
}

/** The outcome of each operation of `bulk()`, in the order of the operations. */
export function outcomesOf(reply: Document, count: number): Outcome[] {
  if (reply['writeConcernError']) throw failure(reply['writeConcernError'])
  const results = new Map(documentsOf(reply).map((result) => [result['idx'], result]))
  return Array.from({ length: count }, (_, i) => outcomeOf(results.get(i)))
}

function outcomeOf(result: Document | undefined): Outcome {
  if (result?.['ok'] !== 1) {
    if (isKeyInUse(result)) return 'conflict'
    throw failure(result)
  }
  if (result['n'] === 0) return 'refused'
  // Only a replacement has `nModified`.
  return result['nModified'] === 0 ? 'same' : 'stored'
}

/** A unique index that an operator added refuses too; that does not mean that the key is in use. */
function isKeyInUse(result: Document | undefined): boolean {
  const isDuplicate = result?.['code'] === DUPLICATE_KEY
  return isDuplicate && !/ index: (?!_id_ )/.test(result?.['errmsg'] ?? '')
}

function failure(result: Document | undefined): unknown {
  const { code, errmsg = 'MongoDB sent no result for a record.' } = result ?? {}
  return withHelp(Object.assign(new Error(errmsg), { code }))
}

/** The version in the document with `SCHEMA_ID`; 0 where there is none. */
export function versionOf(schema: Document | undefined): number {
  return schema?.['version'] ?? 0
}

export function deletedBy(reply: Document): number {
  assertWritten(reply)
  return reply['n']
}

/** @throws Error where a part of the command failed: such a reply is still `ok` */
export function assertWritten(reply: Document): void {
  const [error = reply['writeConcernError']] = reply['writeErrors'] ?? []
  if (error) throw failure(error)
}
