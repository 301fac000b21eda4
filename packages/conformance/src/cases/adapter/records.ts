import assert from 'node:assert/strict'
import { inspect, isDeepStrictEqual } from 'node:util'
import type { StoredRecord, TokenRepository, Write } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { HOUR } from '../../harness/clock.ts'
import { deadline } from '../../harness/timeouts.ts'

const START = 1_700_000_000_000

/** A record as core makes them; fields that are not given are random. */
export function makeRecord(context: CaseContext, fields: Partial<StoredRecord> = {}): StoredRecord {
  const { random } = context
  return {
    key: random.key(),
    kind: 'token',
    state: 'active',
    etag: random.hex(22),
    // Few instants, so that several records share one.
    createdAt: START + Number.parseInt(random.hex(1), 16),
    expiresAt: Date.now() + HOUR,
    retainUntil: Date.now() + 2 * HOUR,
    groups: [],
    body: `{"id":"${random.hex(8)}"}`,
    ...fields,
  }
}

export function makeRecords(
  context: CaseContext,
  count: number,
  fields: Partial<StoredRecord> = {},
): StoredRecord[] {
  return Array.from({ length: count }, () => makeRecord(context, fields))
}

/** The same record, changed. */
export function changed(context: CaseContext, record: StoredRecord): StoredRecord {
  return { ...record, etag: context.random.hex(22), body: `{"id":"${context.random.hex(8)}"}` }
}

/** Namespaces that are confused by a pattern, a prefix, trimming, or a comparison that ignores case or accents. */
export function collidingNames(context: CaseContext): string[] {
  const names = ['a', 'ab', 'a%', 'a_', 'a:', 'A', 'a*', "a'", 'a ', '\u00e1', 'a\u0301']
  return names.map((name) => `${context.namespace}${name}`)
}

export async function readOne(
  repository: TokenRepository,
  key: string,
  signal: AbortSignal = deadline(),
): Promise<StoredRecord | null> {
  const answer = await repository.read([key], signal)
  assert.equal(answer.length, 1, 'read answers one entry for one key')
  return answer[0] ?? null
}

export async function writeOne(
  repository: TokenRepository,
  record: StoredRecord,
  expected: string | null,
  signal: AbortSignal = deadline(),
): Promise<boolean> {
  const answer = await repository.write([{ record, expected }], signal)
  assert.equal(answer.length, 1, 'write answers one entry for one change')
  return answer[0] as boolean
}

/** Inserts records in one batch and expects each to be stored. */
export async function insertAll(
  repository: TokenRepository,
  records: readonly StoredRecord[],
): Promise<void> {
  const answer = await repository.write(
    sorted(records.map((record) => ({ record, expected: null }))),
    deadline(),
  )
  assert.deepEqual(
    [...answer],
    records.map(() => true),
    'every insert is answered true',
  )
}

export function keysOf(writes: readonly Write[]): string[] {
  return writes.map(({ record }) => record.key)
}

/** In the order that the contract guarantees to adapters. */
export function sorted(writes: readonly Write[]): Write[] {
  return [...writes].sort((a, b) => (a.record.key < b.record.key ? -1 : 1))
}

/** As stored, field by field: an adapter may keep more fields, or return another class. */
export function plain(record: StoredRecord | null | undefined): StoredRecord | null {
  if (!record) return null
  const { key, kind, state, etag, createdAt, expiresAt, retainUntil, groups, body } = record
  const times = { createdAt, expiresAt, retainUntil }
  return { key, kind, state, etag, ...times, groups: [...groups], body }
}

export function assertStored(
  found: StoredRecord | null,
  record: StoredRecord | null,
  what = 'the stored record',
): void {
  const wanted = plain(record)
  const isSame = isDeepStrictEqual(plain(found), wanted)
  if (!isSame) assert.fail(`${what}: ${show(plain(found))} where ${show(wanted)} should be stored`)
}

function show(record: StoredRecord | null): string {
  return inspect(record, { maxStringLength: 200, breakLength: Number.POSITIVE_INFINITY })
}
