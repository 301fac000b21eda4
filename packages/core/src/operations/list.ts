import type { ListPosition, StoredRecord } from '../adapter/contract.ts'
import type { Context } from '../context.ts'
import { collectEvidence, decideNow } from '../decision/collect.ts'
import { isTombstone, tokenFromRecord } from '../decision/token-from-record.ts'
import type { Decision } from '../decision/types.ts'
import { InvalidInput, UnsupportedOperation } from '../errors.ts'
import { cursorOf, parseListOptions } from '../input/operations.schema.ts'
import { type ParsedTarget, parseTarget, SCOPE_TARGETS } from '../input/target.schema.ts'
import { groupOf } from '../scopes/scopes.ts'
import type { Deadline } from '../store/deadline.ts'
import { checkPage } from '../store/validate-reply.ts'
import type { ListOptions } from '../types/call-options.ts'
import type { Listed, Page } from '../types/inspection.ts'
import type { Target } from '../types/revoke-options.ts'

/** Records that are read in one round trip, and decided in one turn of the event loop. */
const MAX_PAGE_SIZE = 100

/** The stored tokens and sessions of a scope, each with its current result. */
export async function list(context: Context, target: Target, options?: ListOptions): Promise<Page> {
  const { issuers, store, repository } = context
  const parsed = parseTarget(target, [...issuers.keys()])
  const { kind, limit, cursor } = parseListOptions(options)
  const listRecords = repository.list?.bind(repository)
  if (!context.capabilities.listing || listRecords === undefined) {
    throw new UnsupportedOperation(
      `The store ${repository.name} cannot list: use one that can, such as postgres or sqlite.`,
    )
  }
  const group = await groupOfTarget(context, parsed)
  const deadline = context.deadline()
  const items: Listed[] = []
  let after: ListPosition | null = cursor ?? null
  // In small pages, between which other work goes on.
  do {
    const pageSize = Math.min(limit - items.length, MAX_PAGE_SIZE)
    const page: readonly StoredRecord[] = await store.callWithSignal(deadline, async (signal) =>
      checkPage(await listRecords(group, after, pageSize, signal), after, pageSize),
    )
    const records = page.filter((record) => isListed(record, kind))
    items.push(...(await listItems(context, records, deadline)))
    after = page.length < pageSize ? null : (page.at(-1) ?? null)
  } while (after !== null && items.length < limit)
  return after === null ? { items } : { items, cursor: cursorOf(after) }
}

/** Decides about each record, by one read of all their cutoffs. */
async function listItems(
  context: Context,
  records: readonly StoredRecord[],
  deadline: Deadline,
): Promise<Listed[]> {
  const { keyDeriver, store } = context
  if (records.length === 0) return []
  const cutoffKeys = records.flatMap(({ groups }) => groups.map((group) => group.slice(1)))
  const seen = new Map(await store.read(new Set([keyDeriver.root, ...cutoffKeys]), deadline))
  for (const record of records) seen.set(record.key, record)
  return records.map((record) => listItem(context, record, seen))
}

function isListed(record: StoredRecord, kind: ListOptions['kind']): boolean {
  return kind === undefined
    ? record.kind === 'token' || record.kind === 'session'
    : record.kind === kind
}

async function groupOfTarget(
  { keyDeriver }: Context,
  target: ParsedTarget,
): Promise<string | null> {
  if (target.type !== 'scope')
    throw new InvalidInput('target', `must name one of: everything, ${SCOPE_TARGETS}.`)
  const { scope, principal } = target
  return scope === 'global'
    ? null
    : groupOf(scope, (await keyDeriver.cutoffKeys(principal)).get(scope) ?? '')
}

function listItem(
  context: Context,
  record: StoredRecord,
  seen: ReadonlyMap<string, StoredRecord | null>,
): Listed {
  const { key, expiresAt } = record
  const kind = record.kind === 'session' ? 'session' : 'token'
  const described = tokenFromRecord(record, context.keyDeriver)
  if (described === 'corrupt')
    return { record: key, kind, active: false, reason: 'corrupt', expiresAt }
  const { facts, generation } = described
  const decision: Decision = isTombstone(described)
    ? { active: false, reason: 'revoked', decidedBy: 'token' }
    : decideNow(context, facts, collectEvidence(context, seen, described))
  const issuedAt = facts.issuedAt ?? facts.loginAt
  return {
    record: key,
    kind,
    active: decision.active,
    expiresAt: facts.expiresAt,
    ...(kind === 'session' && { endsAt: expiresAt }),
    ...(!decision.active && {
      reason: decision.reason,
      ...(decision.decidedBy && { decidedBy: decision.decidedBy }),
    }),
    ...(issuedAt !== null && { issuedAt }),
    ...(generation !== undefined && { generation }),
  }
}
