import type { Document } from './driver.ts'
import { DUPLICATE_KEY, explained } from './faults.ts'

/**
 * What became of one entry: it was stored; it was stored before; the condition did not hold, and
 * nothing was changed; or an insert found its key in use, perhaps by the record itself.
 */
export type Outcome = 'stored' | 'same' | 'refused' | 'conflict'

/** @throws Error where the reply is not the whole of it: what is missing must not look absent */
export function documentsOf({ cursor }: Document): readonly Document[] {
  if (Array.isArray(cursor?.firstBatch) && cursor.id === 0) return cursor.firstBatch
  throw new Error('MongoDB answered with a part of what was asked.')
}

/** Of each of so many operations of `bulk()`, in its order. */
export function outcomesOf(reply: Document, count: number): Outcome[] {
  if (reply['writeConcernError']) throw failed(reply['writeConcernError'])
  const results = new Map(documentsOf(reply).map((result) => [result['idx'], result]))
  return Array.from({ length: count }, (_, i) => outcomeOf(results.get(i)))
}

function outcomeOf(result: Document | undefined): Outcome {
  if (result?.['ok'] !== 1) {
    if (isKeyInUse(result)) return 'conflict'
    throw failed(result)
  }
  if (result['n'] === 0) return 'refused'
  // Only a replacement says how many it changed.
  return result['nModified'] === 0 ? 'same' : 'stored'
}

/** A unique index that somebody added refuses too, but that is no answer about the key. */
function isKeyInUse(result: Document | undefined): boolean {
  const isDuplicate = result?.['code'] === DUPLICATE_KEY
  return isDuplicate && !/ index: (?!_id_ )/.test(result?.['errmsg'] ?? '')
}

function failed(result: Document | undefined): unknown {
  const { code, errmsg = 'MongoDB did not say what became of a record.' } = result ?? {}
  return explained(Object.assign(new Error(errmsg), { code }))
}

/** Of the document under `SCHEMA_ID`; 0: there is none. */
export function versionOf(schema: Document | undefined): number {
  return schema?.['version'] ?? 0
}

export function deletedBy(reply: Document): number {
  assertWritten(reply)
  return reply['n']
}

/** @throws Error where a part of the command failed: such a reply is `ok` all the same */
export function assertWritten(reply: Document): void {
  const [error = reply['writeConcernError']] = reply['writeErrors'] ?? []
  if (error) throw failed(error)
}
