import type { ListPosition, StoredRecord, TokenRepository } from '../adapter/contract.ts'
import type { Context } from '../context.ts'
import { UnsupportedOperation } from '../errors.ts'
import { cursorOf } from '../input/operations.schema.ts'
import type { Deadline } from '../store/deadline.ts'
import { nextTurn } from '../store/timeout.ts'
import { checkPage } from '../store/validate-list.ts'
import type { Selection } from './selection.ts'

/** Records that are read in one round trip, and decided in one turn of the event loop. */
const MAX_PAGE_SIZE = 100

/** As many as the largest `limit` needs. */
const MAX_PAGES = 10

/** @throws `TOKENWARD_UNSUPPORTED_OPERATION`: the store cannot list */
export function listOf({
  repository,
  capabilities,
}: Context): NonNullable<TokenRepository['list']> {
  const list = repository.list?.bind(repository)
  if (capabilities.listing && list !== undefined) return list
  throw new UnsupportedOperation(
    `The store ${repository.name} cannot list: use one that can, such as postgres or sqlite.`,
  )
}

/** One page of a group (`null`: of the namespace), newest first. */
function readPage(
  context: Context,
  group: string | null,
  after: ListPosition | null,
  size: number,
  deadline: Deadline,
): Promise<readonly StoredRecord[]> {
  const list = listOf(context)
  return context.store.call('list', deadline, async (signal) =>
    checkPage(await list(group, after, size, signal), after, size),
  )
}

/**
 * One page of items, newest first. The records of the list that are not selected are read, too, so a page
 * may have fewer items than `limit`, or none, and a cursor that leads on.
 */
export async function collectPage<Item>(
  context: Context,
  { group, includes }: Selection,
  { limit, cursor }: { readonly limit: number; readonly cursor?: ListPosition | undefined },
  deadline: Deadline,
  toItems: (records: readonly StoredRecord[]) => Promise<readonly Item[]>,
): Promise<{ items: Item[]; cursor?: string }> {
  const items: Item[] = []
  let after = cursor ?? null
  // In small pages, between which other work goes on.
  for (let pages = 0; pages < MAX_PAGES && items.length < limit; pages++) {
    const left = limit - items.length
    const size = pages === 0 ? Math.min(left, MAX_PAGE_SIZE) : MAX_PAGE_SIZE
    const page: readonly StoredRecord[] = await readPage(context, group, after, size, deadline)
    const selected = page.filter(includes).slice(0, left)
    items.push(...(await toItems(selected)))
    const last = selected.length < left ? page.at(-1) : selected.at(-1)
    if (page.length < size && last === page.at(-1)) return { items }
    after = last ?? null
  }
  return after === null ? { items } : { items, cursor: cursorOf(after) }
}

/** Waits for all, even where one fails: nothing is written after the call has rejected. */
export async function allDone<T>(calls: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(calls)
  return Promise.all(calls)
}

/** All pages, between which other work goes on. The deadline limits each of them, and not their sum. */
export async function* eachPage(
  context: Context,
  group: string | null,
  after: ListPosition | null = null,
): AsyncGenerator<readonly StoredRecord[]> {
  for (let last = after; ; ) {
    const page = await readPage(context, group, last, MAX_PAGE_SIZE, context.deadline())
    yield page
    last = page.at(-1) ?? null
    if (last === null || page.length < MAX_PAGE_SIZE) return
    await nextTurn()
  }
}
