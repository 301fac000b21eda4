import type { Document } from './client.ts'
import { DUPLICATE_KEY, explained } from './faults.ts'

/**
 * What became of one entry: it was stored; it stood there already; the condition did not hold, and
 * nothing was changed; or an insert met something, which may be the record itself.
 */
export type Outcome = 'stored' | 'same' | 'refused' | 'met'

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
    if (result?.['code'] === DUPLICATE_KEY) return 'met'
    throw failed(result)
  }
  if (result['n'] === 0) return 'refused'
  // Only a replacement says how many it changed.
  return result['nModified'] === 0 ? 'same' : 'stored'
}

function failed(result: Document | undefined): unknown {
  const { code, errmsg = 'MongoDB did not say what became of a record.' } = result ?? {}
  return explained(Object.assign(new Error(errmsg), { code }))
}

/** Of what stands under `SCHEMA_ID`; 0: nothing does. */
export function versionOf(schema: Document | undefined): number {
  return schema?.['version'] ?? 0
}

export function deletedBy(reply: Document): number {
  const [error] = reply['writeErrors'] ?? []
  if (error || reply['writeConcernError']) throw failed(error ?? reply['writeConcernError'])
  return reply['n']
}
