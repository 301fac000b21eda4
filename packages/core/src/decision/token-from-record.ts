import type { StoredRecord } from '../adapter/contract.ts'
import { isUsable } from '../records/body.ts'
import { fromStoredEpochs } from '../records/epochs.ts'
import { decodeSession } from '../records/session.ts'
import { decodeToken } from '../records/token.ts'
import type { RecordKeys } from '../scopes/record-keys.ts'
import type { CutoffKeys } from '../scopes/scopes.ts'
import type { TokenFacts } from './types.ts'

/** What the record of a token or session tells about it: enough to decide without the token. */
export interface DescribedToken extends RecordKeys {
  readonly record: StoredRecord
  readonly facts: TokenFacts
  readonly generation?: number
  /** What is sealed in the record. */
  readonly sealed: string | undefined
  /** Sessions: when the refresh token was rotated last, or the session began, in ms since 1970. */
  readonly lastUsedAt?: number
}

/** @param cutoffKeys by the groups of the record */
export function tokenFromRecord(
  record: StoredRecord,
  cutoffKeys: CutoffKeys,
): DescribedToken | 'corrupt' {
  const base = {
    validFrom: null,
    expiresAt: record.expiresAt,
    maxLifetime: Number.POSITIVE_INFINITY,
  }
  if (record.kind === 'session') {
    const session = decodeSession(record)
    if (!isUsable(session)) return 'corrupt'
    const { loginAt, generation, refreshUntil, rotations, sealed } = session.body
    const facts: TokenFacts = {
      ...base,
      // That of the current refresh token: after it the session cannot be used any more.
      expiresAt: refreshUntil,
      kind: 'refresh',
      issuedUnder: fromStoredEpochs(session.body),
      // Without it no lifetime is checked: a session may last longer than a token.
      issuedAt: null,
      loginAt,
      generation,
      requiredRecord: 'session',
    }
    return {
      record,
      cutoffKeys,
      tokenKey: null,
      sessionKey: record.key,
      facts,
      generation,
      sealed,
      lastUsedAt: rotations.at(-1)?.at ?? loginAt,
    }
  }
  const token = decodeToken(record)
  if (!isUsable(token)) return 'corrupt'
  const { issuedAt = null, loginAt = issuedAt, sealed } = token.body
  const facts: TokenFacts = {
    ...base,
    kind: 'access',
    issuedUnder: fromStoredEpochs(token.body),
    issuedAt,
    loginAt,
    generation: null,
    requiredRecord: 'token',
  }
  return { record, cutoffKeys, tokenKey: record.key, sessionKey: null, facts, sealed }
}

/** Whether it is the tombstone of a token that was never stored: it contains only the revocation. */
export function isTombstone({ facts }: DescribedToken): boolean {
  return facts.kind === 'access' && facts.issuedAt === null
}
