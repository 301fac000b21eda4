import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { describe, expect, test } from 'vitest'
import { type MemoryOptions, type MemoryRecords, memory } from '../src/index.ts'

type Complete = TokenRepository & Required<Pick<TokenRepository, 'list' | 'prune'>>

async function opened(options?: MemoryOptions): Promise<Complete> {
  const repository = memory(options) as Complete
  expect(await repository.open()).toEqual([])
  return repository
}

function key(n: number): string {
  return n.toString(16).padStart(64, '0')
}

function record(n: number, more: Partial<StoredRecord> = {}): StoredRecord {
  return {
    key: key(n),
    kind: 'token',
    state: 'active',
    etag: crypto.randomUUID(),
    expiresAt: Date.now() + 600_000,
    retainUntil: Date.now() + 1_200_000,
    groups: ['g'],
    body: '{}',
    ...more,
  }
}

const signal = new AbortController().signal

function insert(repository: TokenRepository, ...records: StoredRecord[]) {
  return repository.write(
    records.map((record) => ({ record, expected: null })),
    signal,
  )
}

const calls: Record<string, (repository: Complete) => Promise<unknown>> = {
  read: (repository) => repository.read([key(1)], signal),
  write: (repository) => repository.write([{ record: record(1), expected: null }], signal),
  list: (repository) => repository.list(null, null, 9, signal),
  prune: (repository) => repository.prune(Date.now(), 9, false, signal),
}

describe.each(Object.entries(calls))('%s', (_, call) => {
  test('rejects before open() and after close()', async () => {
    const repository = memory() as Complete
    const closed = { code: 'TOKENWARD_CLOSED' }
    await expect(call(repository)).rejects.toMatchObject(closed)
    await repository.open()
    await expect(call(repository)).resolves.toBeDefined()
    await repository.close()
    await expect(call(repository)).rejects.toMatchObject(closed)
  })
})

describe('a stored record', () => {
  test('is a copy that cannot be changed', async () => {
    const repository = await opened()
    const groups = ['g']
    const mine = record(1, { groups })
    await insert(repository, mine)
    Object.assign(mine, { state: 'revoked' })
    groups.push('h')
    const [stored] = (await repository.read([key(1)], signal)) as [StoredRecord]
    expect(stored).toMatchObject({ state: 'active', groups: ['g'] })
    expect(() => Object.assign(stored, { state: 'revoked' })).toThrow(TypeError)
    expect(() => Object.assign(stored.groups, ['h'])).toThrow(TypeError)
  })

  test('is shared by repositories on the same map only', async () => {
    const records: MemoryRecords = new Map()
    const [one, two] = [await opened({ records }), await opened({ records })]
    const stored = record(1)
    await insert(one, stored)
    expect(await two.read([key(1)], signal)).toEqual([stored])
    expect(await (await opened()).read([key(1)], signal)).toEqual([null])
    records.clear()
    expect(await one.read([key(1)], signal)).toEqual([null])
    await insert(two, stored)
    expect(await one.read([key(1)], signal)).toEqual([stored])
  })
})

describe('memory() throws', () => {
  const untyped = memory as unknown as (options: unknown) => unknown
  test.each([
    ['options', null],
    ['options', 'default'],
    ['records', { records: {} }],
    ['records', { records: null }],
    ['namespace', { namespace: '' }],
    ['namespace', { namespace: 7 }],
    ['namespace', { namespace: '\ud800' }],
    ['namspace', { namspace: 'n' }],
  ])('%s: %j', (path, options) => {
    expect(() => untyped(options)).toThrow(
      expect.objectContaining({ code: 'TOKENWARD_INVALID_INPUT', path, retryable: false }),
    )
  })
})

test.each([
  ['null', null],
  ['text', 'nonsense'],
  ['another key', record(3)],
  ['groups that are not a list', record(2, { groups: 'g' as never })],
  ['groups that are not strings', record(2, { groups: [{}] as never })],
  ['an unknown kind', record(2, { kind: 'later' as never })],
  ['an unknown state', record(2, { state: 'lost' as never })],
  ['no instant', record(2, { retainUntil: '1' as never })],
  ['no etag', record(2, { etag: undefined as never })],
  ['no body', record(2, { body: {} as never })],
])('an invalid record is one corrupt record among valid ones: %s', async (_, stored) => {
  const records: MemoryRecords = new Map()
  const repository = await opened({ records })
  const good = [record(1), record(3)] as const
  await insert(repository, ...good)
  records.get('default')?.set(key(2), stored as never)
  const read = await repository.read([1, 2, 3].map(key), signal)
  expect(read).toEqual([
    good[0],
    expect.objectContaining({ kind: 'corrupt', key: key(2) }),
    good[1],
  ])
  expect(await repository.list('g', null, 9, signal)).toEqual(good)
  expect(await repository.prune(Date.now(), 9, false, signal)).toBe(0)
  const replacement = record(2, { state: 'revoked' })
  const replace = [{ record: replacement, expected: read[1]?.etag ?? '' }]
  expect(await repository.write(replace, signal)).toEqual([true])
  expect(await repository.read([key(2)], signal)).toEqual([replacement])
})

test('prune deletes at most the limit, and no retained record', async () => {
  const repository = await opened()
  const end = Date.now() + 600_000
  const all = [1, 2, 3, 4].map((n) => record(n, { retainUntil: end + n }))
  await insert(repository, ...all)
  expect(await repository.prune(end + 3, 2, true, signal)).toBe(2)
  expect(await repository.prune(end + 3, 2, false, signal)).toBe(2)
  expect(await repository.prune(end + 3, 2, false, signal)).toBe(1)
  expect(await repository.prune(end + 3, 2, false, signal)).toBe(0)
  expect(await repository.list(null, null, 9, signal)).toEqual(all.slice(3))
})
