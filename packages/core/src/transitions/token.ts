import { makeRecord, nextRecord, type Read } from '../records/body.ts'
import type { Stamp } from '../records/cutoff.ts'
import type { Token } from '../records/token.ts'
import type { StoredRecord } from '../repository/contract.ts'

/** What is known of a token when its record is made. Instants in epoch ms. */
export interface TokenFacts {
  readonly key: string
  readonly groups: readonly string[]
  readonly expiresAt: number
  readonly retainUntil: number
  readonly body: Omit<Token, 'id' | 'consumed' | 'revoked'>
}

export interface Consume {
  readonly id: string
  readonly at: number
  readonly idempotency?: string
}

export interface Revocation extends Stamp {
  readonly id: string
}

export function insertToken(facts: TokenFacts, id: string): StoredRecord {
  return recordOf(facts, 'active', { ...facts.body, id })
}

/** Where no record stands (a denylist), the consumption is the record. */
export function consumeToken(
  found: Read<Token> | null,
  facts: TokenFacts,
  consumed: Consume,
): StoredRecord {
  if (found === null)
    return recordOf(facts, 'consumed', { ...facts.body, id: consumed.id, consumed })
  return nextRecord(found, { ...found.body, consumed }, { state: 'consumed' })
}

/** Where no record stands, a tombstone is put there. `null`: it was revoked already. */
export function revokeToken(
  found: Read<Token> | null,
  facts: TokenFacts,
  revoked: Revocation,
): StoredRecord | null {
  if (found === null) return recordOf(facts, 'revoked', { ...facts.body, id: revoked.id, revoked })
  if (found.record.state === 'revoked') return null
  const { retainUntil } = facts
  return nextRecord(found, { ...found.body, revoked }, { state: 'revoked', retainUntil })
}

function recordOf(facts: TokenFacts, state: StoredRecord['state'], body: Token): StoredRecord {
  const { key, groups, expiresAt, retainUntil } = facts
  return makeRecord({ key, kind: 'token', state, groups, expiresAt, retainUntil }, body)
}
