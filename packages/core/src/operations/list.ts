import type { ListPosition, StoredRecord } from '../adapter/contract.ts'
import type { Context } from '../context.ts'
import { InvalidInput } from '../errors.ts'
import { cursorOf, parseListOptions } from '../input/operations.schema.ts'
import { type ParsedTarget, parseTarget, SCOPE_TARGETS } from '../input/target.schema.ts'
import { decideRecords, toListed } from '../inspection/decided-records.ts'
import { openNames } from '../inspection/names.ts'
import { listOf, MAX_PAGE_SIZE, readPage } from '../inspection/pages.ts'
import { groupOf, sessionListOf } from '../scopes/groups.ts'
import type { Deadline } from '../store/deadline.ts'
import type { ListOptions } from '../types/call-options.ts'
import type { Listed, Page } from '../types/inspection.ts'
import type { Target } from '../types/revoke-options.ts'

/** The stored tokens and sessions of a scope, each with its current result. */
export async function list(context: Context, target: Target, options?: ListOptions): Promise<Page> {
  const { issuers } = context
  const parsed = parseTarget(target, [...issuers.keys()])
  const { kind, limit, cursor } = parseListOptions(options)
  listOf(context)
  const group = await groupOfTarget(context, parsed, kind)
  const deadline = context.deadline()
  const items: Listed[] = []
  let after: ListPosition | null = cursor ?? null
  // In small pages, between which other work goes on.
  do {
    const pageSize = Math.min(limit - items.length, MAX_PAGE_SIZE)
    const page: readonly StoredRecord[] = await readPage(context, group, after, pageSize, deadline)
    const records = page.filter((record) => isListed(record, kind))
    items.push(...(await listItems(context, records, deadline)))
    after = page.length < pageSize ? null : (page.at(-1) ?? null)
  } while (after !== null && items.length < limit)
  return after === null ? { items } : { items, cursor: cursorOf(after) }
}

async function listItems(
  context: Context,
  records: readonly StoredRecord[],
  deadline: Deadline,
): Promise<Listed[]> {
  const decided = await decideRecords(context, records, deadline)
  return Promise.all(
    decided.map(async (each) => {
      const { described, record } = each
      const { data: _, ...names } = await openNames(context, described?.sealed, record, deadline)
      return { ...toListed(each), ...names }
    }),
  )
}

function isListed(record: StoredRecord, kind: ListOptions['kind']): boolean {
  return kind === undefined
    ? record.kind === 'token' || record.kind === 'session'
    : record.kind === kind
}

async function groupOfTarget(
  { keyDeriver }: Context,
  target: ParsedTarget,
  kind: ListOptions['kind'],
): Promise<string | null> {
  if (target.type !== 'scope')
    throw new InvalidInput('target', `must name one of: everything, ${SCOPE_TARGETS}.`)
  const { scope, principal } = target
  if (scope === 'global') return null
  const cutoffKeys = await keyDeriver.cutoffKeys(principal)
  const [sessionList] = scope === 'subject' && kind === 'session' ? sessionListOf(cutoffKeys) : []
  return sessionList ?? groupOf(scope, cutoffKeys.get(scope) ?? '')
}
