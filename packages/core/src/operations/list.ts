import type { StoredRecord } from '../adapter/contract.ts'
import type { Context } from '../context.ts'
import { InvalidInput } from '../errors.ts'
import { parseListOptions } from '../input/operations.schema.ts'
import { type ParsedTarget, parseTarget, SCOPE_TARGETS } from '../input/target.schema.ts'
import { decideRecords, toListed } from '../inspection/decided-records.ts'
import { openNames } from '../inspection/names.ts'
import { collectPage, listOf } from '../inspection/pages.ts'
import { type Selection, selectScope } from '../inspection/selection.ts'
import type { Deadline } from '../store/deadline.ts'
import type { ListOptions } from '../types/call-options.ts'
import type { Listed, Page } from '../types/inspection.ts'
import type { Target } from '../types/revoke-options.ts'

/** The stored tokens and sessions of a scope, each with its current result. */
export async function list(context: Context, target: Target, options?: ListOptions): Promise<Page> {
  const { issuers } = context
  const parsed = parseTarget(target, [...issuers.keys()])
  const { kind, ...place } = parseListOptions(options)
  listOf(context)
  const selection = await selectionOf(context, parsed, kind)
  const deadline = context.deadline()
  return collectPage(context, selection, place, deadline, (records) =>
    listItems(context, records, deadline),
  )
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

async function selectionOf(
  { keyDeriver }: Context,
  target: ParsedTarget,
  kind: ListOptions['kind'],
): Promise<Selection> {
  if (target.type !== 'scope')
    throw new InvalidInput('target', `must name one of: everything, ${SCOPE_TARGETS}.`)
  const cutoffKeys = await keyDeriver.cutoffKeys(target.principal)
  const { group, includes } = selectScope(target.scope, cutoffKeys, {
    onlySessions: kind === 'session',
  })
  return { group, includes: (record) => isListed(record, kind) && includes(record) }
}
