import type { Context } from '../context.ts'
import { parseSessionsOptions, parseSessionsTarget } from '../input/data.schema.ts'
import { type DecidedRecord, decideRecords, decisionFields } from '../inspection/decided-records.ts'
import { openNames } from '../inspection/names.ts'
import { collectPage } from '../inspection/pages.ts'
import { selectScope } from '../inspection/selection.ts'
import type { Deadline } from '../store/deadline.ts'
import type { ListedSession, SessionPage, SessionsOptions } from '../types/data.ts'

/** The sessions of a subject, the newest first. */
export async function sessions<D extends object>(
  context: Context,
  target: { readonly subject: string; readonly client?: string },
  options?: SessionsOptions,
): Promise<SessionPage<D>> {
  const { keyDeriver, policy } = context
  const { subject, client } = parseSessionsTarget(target)
  const { data, ...place } = parseSessionsOptions(options)
  const deadline = context.deadline()
  const cutoffKeys = await keyDeriver.cutoffKeys({ issuer: policy.issuer, subject, client })
  const scope = client === undefined ? 'subject' : 'subject+client'
  const selection = selectScope(scope, cutoffKeys, { onlySessions: true })
  return collectPage(context, selection, place, deadline, async (records) => {
    const decided = await decideRecords(context, records, deadline)
    return Promise.all(decided.map((each) => toSession<D>(context, each, data, deadline)))
  })
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
    createdAt,
    lastUsedAt: described?.lastUsedAt ?? createdAt,
    expiresAt: described?.facts.expiresAt ?? endsAt,
    endsAt,
    ...decisionFields(decision),
    ...shown,
    // The application stored its own data, so it knows their type.
    ...(withData && { data: data as D | null }),
  }
}
