import type { StoredRecord } from '../adapter/contract.ts'
import type { Loaded } from '../records/body.ts'
import type { RevocationInfo } from '../records/cutoff.ts'
import { makeRecord, nextRecord } from '../records/make-record.ts'
import type { Token } from '../records/token.ts'

/** What a new record of a token holds. Times are in ms since 1970. */
export interface TokenRecordFields {
  readonly key: string
  readonly groups: readonly string[]
  readonly createdAt: number
  readonly expiresAt: number
  readonly retainUntil: number
  readonly body: Omit<Token, 'id' | 'consumed' | 'revoked'>
}

export interface Consumption {
  readonly id: string
  readonly at: number
  readonly idempotency?: string
}

export interface Revocation extends RevocationInfo {
  readonly id: string
}

export function insertToken(fields: TokenRecordFields, id: string): StoredRecord {
  return recordOf(fields, 'active', { ...fields.body, id })
}

/** Without a record (under `denylist`), the consumption creates one. */
export function consumeToken(
  found: Loaded<Token> | null,
  fields: TokenRecordFields,
  consumed: Consumption,
): StoredRecord {
  if (found === null)
    return recordOf(fields, 'consumed', { ...fields.body, id: consumed.id, consumed })
  return nextRecord(found, { ...found.body, consumed }, { state: 'consumed' })
}

/** Without a record it creates a tombstone. `null`: the token is revoked already. */
export function revokeToken(
  found: Loaded<Token> | null,
  fields: TokenRecordFields,
  revoked: Revocation,
): StoredRecord | null {
  if (found === null)
    return recordOf(fields, 'revoked', { ...fields.body, id: revoked.id, revoked })
  if (found.record.state === 'revoked') return null
  const { retainUntil } = fields
  return nextRecord(found, { ...found.body, revoked }, { state: 'revoked', retainUntil })
}

function recordOf(
  fields: TokenRecordFields,
  state: StoredRecord['state'],
  body: Token,
): StoredRecord {
  const { key, groups, createdAt, expiresAt, retainUntil } = fields
  const times = { createdAt, expiresAt, retainUntil }
  return makeRecord({ key, kind: 'token', state, groups, ...times }, body)
}
