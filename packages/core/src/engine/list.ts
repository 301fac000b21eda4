import { InvalidInput, UnsupportedOperation } from '../errors/errors.ts'
import { parseList } from '../input/operator.schema.ts'
import { type ParsedTarget, parseTarget } from '../input/target.schema.ts'
import type { Target } from '../input/target.ts'
import { groupOf } from '../naming/levels.ts'
import type { StoredRecord } from '../repository/contract.ts'
import { Budget } from '../store/budget.ts'
import type { Listed, Page } from './answers.ts'
import type { Context } from './context.ts'
import { type Described, describe } from './described.ts'
import { evidenceIn, judge } from './evidence.ts'

/** Tokens and families of a target, each with the verdict that stands. */
export async function list(context: Context, target: Target, options?: object): Promise<Page> {
  const { naming, issuers, policy, store, repository } = context
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
  const items: StoredRecord[] = []
  let after: string | null = cursor ?? null
  for (let more = true; more && items.length < limit; ) {
    const wanted = limit - items.length
    const page: readonly StoredRecord[] = await store.bounded(budget, (signal) =>
      ask(group, after, wanted, signal),
    )
    items.push(...page.filter((record) => isListed(record, kind)))
    after = page.at(-1)?.key ?? after
    more = page.length === wanted
    if (!more) after = null
  }
  const seen = await store.read(
    new Set([naming.root, ...items.flatMap(({ groups }) => groups.map((g) => g.slice(1)))]),
    budget,
  )
  const listed = items.map((record) =>
    judgeListed(context, record, new Map([...seen, [record.key, record]])),
  )
  return after === null ? { items: listed } : { items: listed, cursor: after }
}

function isListed({ kind }: StoredRecord, wanted: 'token' | 'family' | undefined): boolean {
  return wanted === undefined ? kind === 'token' || kind === 'family' : kind === wanted
}

async function groupFor({ naming }: Context, target: ParsedTarget): Promise<string | null> {
  if (target.is !== 'scope')
    throw new InvalidInput(
      'target',
      'must be a scope: everything, issuer, family, client, subject, or subject and client.',
    )
  const { level, who } = target
  return level === 'global' ? null : groupOf(level, (await naming.scopes(who)).get(level) ?? '')
}

function judgeListed(
  context: Context,
  record: StoredRecord,
  seen: ReadonlyMap<string, StoredRecord | null>,
): Listed {
  const { key, expiresAt } = record
  const kind = record.kind === 'family' ? 'family' : 'token'
  const described: Described | 'damaged' = describe(record, context.naming)
  if (described === 'damaged')
    return { record: key, kind, active: false, reason: 'damaged', expiresAt }
  const { presented, generation } = described
  const decision = judge(context, presented, evidenceIn(context, seen, described))
  const issuedAt = presented.issuedAt ?? presented.loginAt
  return {
    ...{ record: key, kind, active: decision.active, expiresAt },
    ...(!decision.active && {
      reason: decision.reason,
      ...(decision.level && { level: decision.level }),
    }),
    ...(issuedAt !== null && { issuedAt }),
    ...(generation !== undefined && { generation }),
  }
}
