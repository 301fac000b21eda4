import * as v from 'valibot'
import type { RecordKind, RecordState, StoredRecord } from '../adapter/contract.ts'
import { randomId } from '../scopes/random.ts'

/** A record as it was found: read, absent, or not to be understood. */
export type Lookup<T> = Loaded<T> | null | 'corrupt'

export interface Loaded<T> {
  readonly record: StoredRecord
  readonly body: T
}

/** JSON in printable ASCII (DEL is not): every store and every column takes it. */
export function encodeBody(body: object): string {
  return JSON.stringify(body).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** What stands under a key, if it is of that kind and whole. */
export function decodeBody<T>(
  kind: RecordKind,
  schema: v.GenericSchema<unknown, T>,
  record: StoredRecord | null,
): Lookup<T> {
  if (record === null) return null
  if (record.kind !== kind || !isWellFormed(record)) return 'corrupt'
  try {
    const body: unknown = JSON.parse(record.body)
    const parsed = v.safeParse(schema, body)
    return parsed.success && !Array.isArray(body) ? { record, body: parsed.output } : 'corrupt'
  } catch {
    return 'corrupt'
  }
}

// What a corrupt row may hold, whatever its type says.
function isWellFormed({ state, etag, groups, expiresAt, retainUntil }: StoredRecord): boolean {
  const instants = Number.isFinite(expiresAt) && Number.isFinite(retainUntil)
  return Object.hasOwn(RANK, state) && typeof etag === 'string' && Array.isArray(groups) && instants
}

/** A record with the body in ASCII and an etag of its own: no two states of a key share one. */
export function makeRecord(
  fields: Omit<StoredRecord, 'etag' | 'body'>,
  body: object,
): StoredRecord {
  return { ...fields, etag: randomId(), body: encodeBody(body) }
}

/** The next state of a record. State only climbs (I3) and what was promised to stay, stays. */
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

const RANK: Record<RecordState, number> = { active: 0, consumed: 1, revoked: 2 }

function highest(a: RecordState, b: RecordState): RecordState {
  return RANK[a] >= RANK[b] ? a : b
}
