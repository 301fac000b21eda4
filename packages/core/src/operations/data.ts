import type { Context } from '../context.ts'
import { isTokenwardError } from '../errors.ts'
import { decideRecords, toListed } from '../inspection/decided-records.ts'
import { definedOf } from '../inspection/names.ts'
import { readDataRecord } from '../inspection/target-record.ts'
import { openContents } from '../sealing/contents.ts'
import type { StoredData } from '../types/data.ts'
import type { Target } from '../types/revoke-options.ts'

/** What is stored with a token or session: its data, its names, and whether it is accepted now. */
export async function data<D extends object>(
  context: Context,
  target: string | Target,
): Promise<StoredData<D>> {
  const deadline = context.deadline()
  const record = await readDataRecord(context, target, deadline)
  if (record === null) return { found: false }
  const [decided] = await decideRecords(context, [record], deadline)
  if (decided === undefined) return { found: false }
  const opened = await openContents(context, decided.described?.sealed, record, deadline)
  if ('contents' in opened) {
    const { data: stored = null, ...names } = opened.contents
    // The application stored its own data, so it knows their type.
    return { found: true, ...toListed(decided), ...definedOf(names), data: stored as D | null }
  }
  if (isTokenwardError(opened.cause, 'TOKENWARD_KEYS_UNAVAILABLE')) throw opened.cause
  return { found: true, data: null, ...toListed(decided), unreadable: opened.unreadable }
}
