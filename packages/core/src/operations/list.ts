import type { StoredRecord } from '../adapter/contract.ts'
import type { Context } from '../context.ts'
import { collectEvidence, decideNow } from '../decision/collect.ts'
import { type DescribedToken, tokenFromRecord } from '../decision/token-from-record.ts'
import { InvalidInput, UnsupportedOperation } from '../errors.ts'
import { parseList } from '../input/operations.schema.ts'
import { type ParsedTarget, parseTarget } from '../input/target.schema.ts'
import { groupOf } from '../scopes/scopes.ts'
import { Deadline } from '../store/deadline.ts'
import { checkPage } from '../store/validate-reply.ts'
import type { Listed, Page } from '../types/results.ts'
import type { Target } from '../types/revoke-options.ts'

/** Records in one round trip, and judged in one turn. */
const AT_ONCE = 100

/** Tokens and sessions of a target, each with the verdict that stands. */
export async function list(context: Context, target: Target, options?: object): Promise<Page> {
  const { issuers, policy, store, repository } = context
  const parsed = parseTarget(target, [...issuers.keys()])
  const { kind, limit, cursor } = parseList(options)
  const ask = repository.list?.bind(repository)
  if (!context.capabilities.listing || ask === undefined) {
    throw new UnsupportedOperation(
      `${repository.name} cannot list; use a store that can, such as a database.`,
    )
  }
  const group = await groupOfTarget(context, parsed)
  const deadline = new Deadline(policy.deadline)
  const items: Listed[] = []
  let after: string | null = cursor ?? null
  // Page by page, so that a long list lets other work through.
  do {
    const most = Math.min(limit - items.length, AT_ONCE)
    const page: readonly StoredRecord[] = await store.bounded(deadline, async (signal) =>
      checkPage(await ask(group, after, most, signal), most),
    )
    items.push(
      ...(await listItems(
        context,
        page.filter((record) => isListed(record, kind)),
        deadline,
      )),
    )
    after = page.length < most ? null : (page.at(-1)?.key ?? null)
  } while (after !== null && items.length < limit)
  return after === null ? { items } : { items, cursor: after }
}

/** Each with what the store knows of it now. */
async function listItems(
  context: Context,
  records: readonly StoredRecord[],
  deadline: Deadline,
): Promise<Listed[]> {
  const { keyDeriver, store } = context
  if (records.length === 0) return []
  const cutoffs = records.flatMap(({ groups }) => groups.map((group) => group.slice(1)))
  const seen = new Map(await store.read(new Set([keyDeriver.root, ...cutoffs]), deadline))
  for (const record of records) seen.set(record.key, record)
  return records.map((record) => listItem(context, record, seen))
}

function isListed({ kind }: StoredRecord, wanted: 'token' | 'session' | undefined): boolean {
  return wanted === undefined ? kind === 'token' || kind === 'session' : kind === wanted
}

async function groupOfTarget(
  { keyDeriver }: Context,
  target: ParsedTarget,
): Promise<string | null> {
  if (target.is !== 'scope')
    throw new InvalidInput(
      'target',
      'must be a scope: everything, issuer, session, client, subject, or subject and client.',
    )
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
  const described: DescribedToken | 'corrupt' = tokenFromRecord(record, context.keyDeriver)
  if (described === 'corrupt')
    return { record: key, kind, active: false, reason: 'corrupt', expiresAt }
  const { facts, generation } = described
  const decision = decideNow(context, facts, collectEvidence(context, seen, described))
  const issuedAt = facts.issuedAt ?? facts.loginAt
  return {
    ...{ record: key, kind, active: decision.active, expiresAt: facts.expiresAt },
    ...(kind === 'session' && { endsAt: expiresAt }),
    ...(!decision.active && {
      reason: decision.reason,
      ...(decision.decidedBy && { decidedBy: decision.decidedBy }),
    }),
    ...(issuedAt !== null && { issuedAt }),
    ...(generation !== undefined && { generation }),
  }
}
