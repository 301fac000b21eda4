// What the cases about stored data share.
import assert from 'node:assert/strict'
import type { DataUpdate, generateSealingKey, Target, Tokenward } from '@tokenward/core'
import type { ListPosition, StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { deadline } from '../../harness/timeouts.ts'

export type SealingJwk = ReturnType<typeof generateSealingKey>

/** Data in which each change is counted. */
export interface Counter {
  readonly count: number
}

export const COUNTER: Counter = { count: 0 }

/** The next data: everything is kept, and one more is counted. */
export function counted(data: object | null): Counter {
  return { ...data, count: countOf(data) + 1 }
}

export function countOf(data: object | null | undefined): number {
  const { count } = (data ?? {}) as Partial<Counter>
  if (count === undefined) assert.fail(`the data is gone: ${JSON.stringify(data)}`)
  return count
}

/** @returns 1 if the change was made, and otherwise 0 */
export function made(update: DataUpdate): number {
  return update.updated ? 1 : 0
}

/** The stored data of a token or session. */
export async function dataOf(
  instance: Tokenward,
  target: string | Target,
  what: string,
): Promise<object | null> {
  const stored = await instance.data(target)
  if (!stored.found) assert.fail(`${what}: there is no record`)
  assert.equal(stored.unreadable, undefined, `${what}: what is sealed cannot be opened`)
  return stored.data
}

/** What neither a change of data nor a reseal may touch. */
export function fixedPart(record: StoredRecord): object {
  const { state, createdAt, expiresAt, retainUntil, groups, body } = record
  const { e, a } = JSON.parse(body) as { e?: unknown; a?: unknown }
  return { state, createdAt, expiresAt, retainUntil, groups, e, a }
}

export async function recordOf(repository: TokenRepository, key: string): Promise<StoredRecord> {
  const [record] = await repository.read([key], deadline())
  return record ?? assert.fail('the record is gone')
}

const PAGE = 100

/** All records of the namespace, the newest first. */
export async function allRecords(repository: TokenRepository): Promise<StoredRecord[]> {
  const found: StoredRecord[] = []
  for (let after: ListPosition | null = null; ; after = found.at(-1) ?? null) {
    const page = (await repository.list?.(null, after, PAGE, deadline())) ?? []
    found.push(...page)
    if (page.length < PAGE) return found
  }
}

/** How many sealed texts a record has: each is a JWE of five parts. */
export function sealedTextsIn({ body }: StoredRecord): number {
  return body.match(/"[\w-]+(\.[\w-]*){4}"/g)?.length ?? 0
}
