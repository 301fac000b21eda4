import type { RecordState, StoredRecord } from '../adapter/contract.ts'
import { randomId } from '../scopes/random.ts'
import { type Loaded, STATE_RANK } from './body.ts'

/** JSON in printable ASCII (DEL is not printable): every store and every column type can hold it. */
export function encodeBody(body: object): string {
  return JSON.stringify(body).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A record with an encoded body and a new etag: no two versions of a record share one. */
export function makeRecord(
  fields: Omit<StoredRecord, 'etag' | 'body'>,
  body: object,
): StoredRecord {
  return { ...fields, etag: randomId(), body: encodeBody(body) }
}

/** The next version of a record. Its state only advances (I3), and its retention never gets shorter. */
export function nextRecord<T extends object>(
  { record }: Loaded<T>,
  body: T,
  change: { readonly state?: RecordState; readonly retainUntil?: number } = {},
): StoredRecord {
  const { etag: _, body: __, ...fields } = record
  const state = highest(record.state, change.state ?? record.state)
  const retainUntil = Math.max(record.retainUntil, change.retainUntil ?? 0)
  return makeRecord({ ...fields, state, retainUntil }, body)
}

function highest(a: RecordState, b: RecordState): RecordState {
  return STATE_RANK[a] >= STATE_RANK[b] ? a : b
}
