import type { ListPosition, StoredRecord } from '../adapter/contract.ts'
import type { Context } from '../context.ts'
import { parseSessionsOptions, parseSessionsTarget } from '../input/data.schema.ts'
import { cursorOf } from '../input/operations.schema.ts'
import { type DecidedRecord, decideRecords, decisionFields } from '../inspection/decided-records.ts'
import { openNames } from '../inspection/names.ts'
import { listOf, MAX_PAGE_SIZE, readPage } from '../inspection/pages.ts'
import { groupOf, sessionListOf } from '../scopes/groups.ts'
import type { Deadline } from '../store/deadline.ts'
import type { ListedSession, SessionPage, SessionsOptions } from '../types/data.ts'

/** As many pages as the largest `limit` needs. */
const MAX_PAGES = 10

/** The sessions of a subject, the newest first. */
export async function sessions<D extends object>(
  context: Context,
  target: { readonly subject: string; readonly client?: string },
  options?: SessionsOptions,
): Promise<SessionPage<D>> {
  const { keyDeriver, policy } = context
  const { subject, client } = parseSessionsTarget(target)
  const { limit, cursor, data } = parseSessionsOptions(options)
  listOf(context)
  const deadline = context.deadline()
  const cutoffKeys = await keyDeriver.cutoffKeys({ issuer: policy.issuer, subject, client })
  const [group = ''] = sessionListOf(cutoffKeys)
  const atClient = cutoffKeys.get('subject+client')
  const isWanted = ({ groups }: StoredRecord) =>
    atClient === undefined || groups.includes(groupOf('subject+client', atClient))
  const items: ListedSession<D>[] = []
  let after: ListPosition | null = cursor ?? null
  // Those of other clients are read, too: the pages are limited, and the cursor leads on.
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const left = limit - items.length
    const size = atClient === undefined ? Math.min(left, MAX_PAGE_SIZE) : MAX_PAGE_SIZE
    const page: readonly StoredRecord[] = await readPage(context, group, after, size, deadline)
    const wanted = page.filter(isWanted).slice(0, left)
    const decided = await decideRecords(context, wanted, deadline)
    const found = decided.map((each) => toSession<D>(context, each, data, deadline))
    items.push(...(await Promise.all(found)))
    after = (wanted.length < left ? page.at(-1) : wanted.at(-1)) ?? null
    if (page.length < size && after?.key === page.at(-1)?.key) return { items }
    if (items.length >= limit) break
  }
  return after === null ? { items } : { items, cursor: cursorOf(after) }
}

async function toSession<D extends object>(
  context: Context,
  { record, described, decision }: DecidedRecord,
  withData: boolean,
  deadline: Deadline,
): Promise<ListedSession<D>> {
  const { key, createdAt, expiresAt: endsAt } = record
  const names = await openNames(context, described?.sealed, record, deadline)
  const { data = null, ...shown } = names
  return {
    record: key,
    createdAt: described?.facts.loginAt ?? createdAt,
    lastUsedAt: described?.lastUsedAt ?? createdAt,
    expiresAt: described?.facts.expiresAt ?? endsAt,
    endsAt,
    ...decisionFields(decision),
    ...shown,
    // The application stored its own data, so it knows their type.
    ...(withData && { data: data as D | null }),
  }
}
