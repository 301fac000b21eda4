import type { StoredRecord } from '../adapter/contract.ts'
import { decodeSession } from '../records/session.ts'
import { decodeToken } from '../records/token.ts'
import type { KeyDeriver } from '../scopes/keys.ts'
import { cutoffKeysOf } from '../scopes/scopes.ts'
import type { RecordKeys } from './collect.ts'
import type { TokenFacts } from './types.ts'

/** What a record says of the token or session that it stands for: enough to judge it without the token. */
export interface DescribedToken extends RecordKeys {
  readonly record: StoredRecord
  readonly facts: TokenFacts
  readonly generation?: number
}

export function tokenFromRecord(
  record: StoredRecord,
  keyDeriver: KeyDeriver,
): DescribedToken | 'corrupt' {
  const cutoffKeys = cutoffKeysOf(record.groups, keyDeriver.root)
  const base = {
    validFrom: null,
    expiresAt: record.expiresAt,
    maxLifetime: Number.POSITIVE_INFINITY,
  }
  if (record.kind === 'session') {
    const session = decodeSession(record)
    if (!session || session === 'corrupt') return 'corrupt'
    const { loginAt, issuedUnder, generation, refreshUntil } = session.body
    // A session's end is no token's lifetime: its issue time is left out.
    const facts: TokenFacts = {
      ...base,
      // Its present refresh token's: after that nobody can use the login any more.
      expiresAt: refreshUntil,
      kind: 'refresh',
      issuedUnder,
      issuedAt: null,
      loginAt,
      generation,
      requiredRecord: 'session',
    }
    return { record, cutoffKeys, tokenKey: null, sessionKey: record.key, facts, generation }
  }
  const token = decodeToken(record)
  if (!token || token === 'corrupt') return 'corrupt'
  const { issuedAt = null, loginAt = issuedAt, issuedUnder = null } = token.body
  const facts: TokenFacts = {
    ...base,
    kind: 'access',
    issuedUnder,
    issuedAt,
    loginAt,
    generation: null,
    requiredRecord: 'token',
  }
  return { record, cutoffKeys, tokenKey: record.key, sessionKey: null, facts }
}
