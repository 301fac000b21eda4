import type { StoredRecord } from '../adapter/contract.ts'
import type { Context } from '../context.ts'
import { collectEvidence, decideNow } from '../decision/collect.ts'
import { type DescribedToken, isTombstone, tokenFromRecord } from '../decision/token-from-record.ts'
import type { Decision } from '../decision/types.ts'
import { cutoffKeysOf } from '../scopes/groups.ts'
import type { CutoffKeys } from '../scopes/scopes.ts'
import type { Deadline } from '../store/deadline.ts'
import type { Snapshot } from '../store/store.ts'
import type { Listed } from '../types/inspection.ts'

/** A record of a token or session, and whether that is accepted now. */
export interface DecidedRecord {
  readonly record: StoredRecord
  /** `null`: the record is corrupt. */
  readonly described: DescribedToken | null
  readonly decision: Decision
}

/** Decides about each record, by one read of all their cutoffs. */
export async function decideRecords(
  context: Context,
  records: readonly StoredRecord[],
  deadline: Deadline,
): Promise<DecidedRecord[]> {
  if (records.length === 0) return []
  const { keyDeriver, store } = context
  const described = await Promise.all(
    records.map(async (record) => ({
      record,
      cutoffKeys: await cutoffKeysOf(record.groups, keyDeriver),
    })),
  )
  const keys = new Set(described.flatMap(({ cutoffKeys }) => [...cutoffKeys.values()]))
  const seen = new Map(await store.read([...keys], deadline))
  for (const record of records) seen.set(record.key, record)
  return described.map(({ record, cutoffKeys }) => decideRecord(context, record, cutoffKeys, seen))
}

/**
 * @param cutoffKeys by the groups of the record
 * @param seen the record and all its cutoffs
 */
export function decideRecord(
  context: Context,
  record: StoredRecord,
  cutoffKeys: CutoffKeys,
  seen: Snapshot,
): DecidedRecord {
  const described = tokenFromRecord(record, cutoffKeys)
  if (described === 'corrupt')
    return { record, described: null, decision: { active: false, reason: 'corrupt' } }
  if (isTombstone(described))
    return { record, described, decision: { active: false, reason: 'revoked', decidedBy: 'token' } }
  const evidence = collectEvidence(context, seen, described)
  return { record, described, decision: decideNow(context, described.facts, evidence) }
}

/** The record as in a list, without its names. */
export function toListed({ record, described, decision }: DecidedRecord): Listed {
  const { key, expiresAt } = record
  const kind = record.kind === 'session' ? 'session' : 'token'
  const refusal = decisionFields(decision)
  if (described === null) return { record: key, kind, ...refusal, expiresAt }
  const { facts, generation } = described
  const issuedAt = facts.issuedAt ?? facts.loginAt
  return {
    record: key,
    kind,
    ...refusal,
    expiresAt: facts.expiresAt,
    ...(kind === 'session' && { endsAt: expiresAt }),
    ...(issuedAt !== null && { issuedAt }),
    ...(generation !== undefined && { generation }),
  }
}

/** Whether it is accepted, and why not. */
export function decisionFields(
  decision: Decision,
): Pick<Listed, 'active' | 'reason' | 'decidedBy'> {
  if (decision.active) return { active: true }
  const { reason, decidedBy } = decision
  return { active: false, reason, ...(decidedBy && { decidedBy }) }
}
