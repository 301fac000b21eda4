import type { ListPosition, StoredRecord, TokenRepository } from '../adapter/contract.ts'
import type { Context } from '../context.ts'
import { UnsupportedOperation } from '../errors.ts'
import type { Deadline } from '../store/deadline.ts'
import { nextTurn } from '../store/timeout.ts'
import { checkPage } from '../store/validate-list.ts'

/** Records that are read in one round trip, and decided in one turn of the event loop. */
export const MAX_PAGE_SIZE = 100

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
export function readPage(
  context: Context,
  group: string | null,
  after: ListPosition | null,
  size: number,
  deadline: Deadline,
): Promise<readonly StoredRecord[]> {
  const list = listOf(context)
  return context.store.call(deadline, async (signal) =>
    checkPage(await list(group, after, size, signal), after, size),
  )
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
