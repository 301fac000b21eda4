// Helpers of the known-bad adapters.
import {
  type ListPosition,
  newestFirst,
  type StoredRecord,
  type TokenRepository,
  type Write,
} from '@tokenward/core/adapter'
import { replace } from '../../interceptors/intercept.ts'

type Read = TokenRepository['read']
type List = NonNullable<TokenRepository['list']>
type Found = Awaited<ReturnType<Read>>

/** How long after its acknowledgement a write is sent: for longer than a loaded server takes to answer. */
export const LATE_MS = 250

/** Sends writes that were acknowledged already. */
export function writeLate(inner: TokenRepository, writes: readonly Write[]): void {
  const late = () => inner.write(writes, AbortSignal.timeout(1_000)).catch(() => undefined)
  setTimeout(late, LATE_MS)
}

/** One value for all repositories of a namespace in this process, like one server. */
export function perNamespace<T>(make: () => T): (repository: TokenRepository) => T {
  const values = new Map<string, T>()
  return ({ namespace }) => {
    const value = values.get(namespace) ?? make()
    values.set(namespace, value)
    return value
  }
}

/** Stores a record, whatever is stored before. */
export async function put(
  repository: TokenRepository,
  record: StoredRecord,
  signal: AbortSignal,
): Promise<void> {
  for (let done: boolean | undefined = false; !done; ) {
    const [stored] = await repository.read([record.key], signal)
    ;[done] = await repository.write([{ record, expected: stored?.etag ?? null }], signal)
  }
}

/** The correct answers to writes on the stored records, without storing anything. */
export async function compare(
  repository: TokenRepository,
  writes: readonly Write[],
  signal: AbortSignal,
): Promise<boolean[]> {
  const stored = await repository.read(keysOf(writes), signal)
  return writes.map(({ record, expected }, i) => {
    const etag = stored[i]?.etag ?? null
    return etag === expected || etag === record.etag
  })
}

export function keysOf(writes: readonly Write[]): string[] {
  return writes.map(({ record }) => record.key)
}

/** A repository whose answers to reads are changed. */
export function mapReads(
  inner: TokenRepository,
  change: (found: Found, keys: readonly string[]) => Found,
): TokenRepository {
  const read: Read = async (keys, signal) => change(await inner.read(keys, signal), keys)
  return replace(inner, { read })
}

/** A repository that stores changed records. */
export function mapWrites(
  inner: TokenRepository,
  change: (record: StoredRecord) => StoredRecord,
): TokenRepository {
  const write: TokenRepository['write'] = async (writes, signal) =>
    inner.write(
      writes.map(({ record, expected }) => ({ record: change(record), expected })),
      signal,
    )
  return replace(inner, { write })
}

/** A repository whose lists are made by `list`, if it can list at all. */
export function replaceList(
  inner: TokenRepository,
  list: (all: (group: string | null, signal: AbortSignal) => ReturnType<List>) => List,
): TokenRepository {
  if (!inner.list) return inner
  return replace(inner, { list: list((group, signal) => listAll(inner, group, signal)) })
}

/** Whether a record comes after the last one of the previous page. */
export function isAfter(after: ListPosition | null): (record: StoredRecord) => boolean {
  return (record) => after === null || newestFirst(after, record) < 0
}

export async function listAll(
  repository: TokenRepository,
  group: string | null,
  signal: AbortSignal,
): Promise<readonly StoredRecord[]> {
  const PAGE = 1_000
  const all: StoredRecord[] = []
  for (;;) {
    const page = (await repository.list?.(group, all.at(-1) ?? null, PAGE, signal)) ?? []
    all.push(...page)
    if (page.length < PAGE) return all
  }
}
