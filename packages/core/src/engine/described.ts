import type { Presented } from '../decide/evidence.ts'
import type { Naming } from '../naming/naming.ts'
import { cutoffKeysOf } from '../naming/scopes.ts'
import { decodeSession } from '../records/session.ts'
import { decodeToken } from '../records/token.ts'
import type { StoredRecord } from '../repository/contract.ts'
import type { Places } from './evidence.ts'

/** What a record says of the token or session that it stands for: enough to judge it without the token. */
export interface Described extends Places {
  readonly record: StoredRecord
  readonly presented: Presented
  readonly generation?: number
}

export function describe(record: StoredRecord, naming: Naming): Described | 'corrupt' {
  const cutoffKeys = cutoffKeysOf(record.groups, naming.root)
  const base = {
    validFrom: null,
    expiresAt: record.expiresAt,
    maxLifetime: Number.POSITIVE_INFINITY,
  }
  if (record.kind === 'session') {
    const session = decodeSession(record)
    if (!session || session === 'corrupt') return 'corrupt'
    const { loginAt, birth, generation, refreshUntil } = session.body
    // A session's end is no token's lifetime: its issue time is left out.
    const presented: Presented = {
      ...base,
      // Its present refresh token's: after that nobody can use the login any more.
      expiresAt: refreshUntil,
      kind: 'refresh',
      birth,
      issuedAt: null,
      loginAt,
      generation,
      needs: 'session',
    }
    return { record, cutoffKeys, tokenKey: null, sessionKey: record.key, presented, generation }
  }
  const token = decodeToken(record)
  if (!token || token === 'corrupt') return 'corrupt'
  const { issuedAt = null, loginAt = issuedAt, birth = null } = token.body
  const presented: Presented = {
    ...base,
    kind: 'access',
    birth,
    issuedAt,
    loginAt,
    generation: null,
    needs: 'token',
  }
  return { record, cutoffKeys, tokenKey: record.key, sessionKey: null, presented }
}
