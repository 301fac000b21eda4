import { InvalidInput, UnsupportedOperation } from '../errors/errors.ts'
import { parseList } from '../input/operator.schema.ts'
import { type ParsedTarget, parseTarget } from '../input/target.schema.ts'
import type { Target } from '../input/target.ts'
import { groupOf } from '../naming/scopes.ts'
import type { StoredRecord } from '../repository/contract.ts'
import { checkPage } from '../store/answers.ts'
import { Budget } from '../store/budget.ts'
import type { Listed, Page } from './answers.ts'
import type { Context } from './context.ts'
import { type Described, describe } from './described.ts'
import { evidenceIn, judge } from './evidence.ts'

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
  const group = await groupFor(context, parsed)
  const budget = new Budget(policy.deadline)
  const items: Listed[] = []
  let after: string | null = cursor ?? null
  // Page by page, so that a long list lets other work through.
  do {
    const most = Math.min(limit - items.length, AT_ONCE)
    const page: readonly StoredRecord[] = await store.bounded(budget, async (signal) =>
      checkPage(await ask(group, after, most, signal), most),
    )
    items.push(
      ...(await judgePage(
        context,
        page.filter((record) => isListed(record, kind)),
        budget,
      )),
    )
    after = page.length < most ? null : (page.at(-1)?.key ?? null)
  } while (after !== null && items.length < limit)
  return after === null ? { items } : { items, cursor: after }
}

/** Each with what the store knows of it now. */
async function judgePage(
  context: Context,
  records: readonly StoredRecord[],
  budget: Budget,
): Promise<Listed[]> {
  const { naming, store } = context
  if (records.length === 0) return []
  const cutoffs = records.flatMap(({ groups }) => groups.map((group) => group.slice(1)))
  const seen = new Map(await store.read(new Set([naming.root, ...cutoffs]), budget))
  for (const record of records) seen.set(record.key, record)
  return records.map((record) => judgeListed(context, record, seen))
}

function isListed({ kind }: StoredRecord, wanted: 'token' | 'session' | undefined): boolean {
  return wanted === undefined ? kind === 'token' || kind === 'session' : kind === wanted
}

async function groupFor({ naming }: Context, target: ParsedTarget): Promise<string | null> {
  if (target.is !== 'scope')
    throw new InvalidInput(
      'target',
      'must be a scope: everything, issuer, session, client, subject, or subject and client.',
    )
  const { scope, principal } = target
  return scope === 'global'
    ? null
    : groupOf(scope, (await naming.cutoffKeys(principal)).get(scope) ?? '')
}

function judgeListed(
  context: Context,
  record: StoredRecord,
  seen: ReadonlyMap<string, StoredRecord | null>,
): Listed {
  const { key, expiresAt } = record
  const kind = record.kind === 'session' ? 'session' : 'token'
  const described: Described | 'corrupt' = describe(record, context.naming)
  if (described === 'corrupt')
    return { record: key, kind, active: false, reason: 'corrupt', expiresAt }
  const { presented, generation } = described
  const decision = judge(context, presented, evidenceIn(context, seen, described))
  const issuedAt = presented.issuedAt ?? presented.loginAt
  return {
    ...{ record: key, kind, active: decision.active, expiresAt: presented.expiresAt },
    ...(kind === 'session' && { endsAt: expiresAt }),
    ...(!decision.active && {
      reason: decision.reason,
      ...(decision.decidedBy && { decidedBy: decision.decidedBy }),
    }),
    ...(issuedAt !== null && { issuedAt }),
    ...(generation !== undefined && { generation }),
  }
}
