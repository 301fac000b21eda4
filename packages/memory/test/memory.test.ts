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

const calls: Record<string, (repository: Complete, signal: AbortSignal) => Promise<unknown>> = {
  read: (repository, signal) => repository.read([key(1)], signal),
  write: (repository, signal) => repository.write([{ record: record(1), expected: null }], signal),
  list: (repository, signal) => repository.list(null, null, 9, signal),
  prune: (repository, signal) => repository.prune(Date.now(), 9, false, signal),
}

describe.each(Object.entries(calls))('%s', (_, call) => {
  test('rejects before open() and after close()', async () => {
    const repository = memory() as Complete
    const closed = { code: 'TOKENWARD_CLOSED' }
    await expect(call(repository, signal)).rejects.toMatchObject(closed)
    await repository.open()
    await expect(call(repository, signal)).resolves.toBeDefined()
    await repository.close()
    await expect(call(repository, signal)).rejects.toMatchObject(closed)
  })

  test('rejects with the reason of a signal that was aborted before, and does nothing', async () => {
    const records: MemoryRecords = new Map()
    const repository = await opened({ records })
    const aborted = AbortSignal.abort(new Error('too late'))
    await expect(call(repository, aborted)).rejects.toBe(aborted.reason)
    expect(await repository.read([key(1)], signal)).toEqual([null])
  })
})

describe('what is stored', () => {
  test('is a copy, and nobody can change it', async () => {
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

  test('outlives close() and open()', async () => {
    const repository = await opened()
    const stored = record(1)
    await insert(repository, stored)
    await repository.close()
    await repository.open()
    expect(await repository.read([key(1)], signal)).toEqual([stored])
  })

  test('is shared by repositories on one map, and by no others', async () => {
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

  test('stays inside its namespace', async () => {
    const records: MemoryRecords = new Map()
    const [one, other] = [await opened({ records }), await opened({ records, namespace: 'other' })]
    const stored = record(1)
    await insert(one, stored)
    expect(await other.read([key(1)], signal)).toEqual([null])
    expect(await other.list(null, null, 9, signal)).toEqual([])
    expect(await other.prune(stored.retainUntil, 9, false, signal)).toBe(0)
    expect(await one.list(null, null, 9, signal)).toEqual([stored])
    // Neither by the key of the other's record is it replaced.
    const theirs = [{ record: record(1), expected: stored.etag }]
    expect(await other.write(theirs, signal)).toEqual([false])
    expect(await one.read([key(1)], signal)).toEqual([stored])
  })
})

describe('the factory rejects at once', () => {
  const untyped = memory as unknown as (options: unknown) => unknown
  test.each([
    ['options', null],
    ['options', 'default'],
    ['records', { records: {} }],
    ['records', { records: null }],
    ['records', { records: undefined }],
    ['namespace', { namespace: '' }],
    ['namespace', { namespace: undefined }],
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
  ['groups that are no list', record(2, { groups: 'g' as never })],
  ['groups that are no strings', record(2, { groups: [{}] as never })],
  ['an unknown kind', record(2, { kind: 'later' as never })],
  ['an unknown state', record(2, { state: 'lost' as never })],
  ['no instant', record(2, { retainUntil: '1' as never })],
  ['no etag', record(2, { etag: undefined as never })],
  ['no body', record(2, { body: {} as never })],
])('what is no record is one corrupt record among good ones: %s', async (_, stored) => {
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

describe('write', () => {
  test('answers each entry of a batch by itself', async () => {
    const repository = await opened()
    const [stands, replaced] = [record(1), record(2)]
    await insert(repository, stands, replaced)
    const [inserted, replacement] = [record(3), record(2)]
    const writes = [
      { record: record(1), expected: null },
      { record: replacement, expected: replaced.etag },
      { record: inserted, expected: null },
      { record: record(4), expected: 'another' },
    ]
    expect(await repository.write(writes, signal)).toEqual([false, true, true, false])
    const read = await repository.read([4, 3, 2, 1].map(key), signal)
    expect(read).toEqual([null, inserted, replacement, stands])
  })

  test('a repeated write is true, whatever it expected', async () => {
    const repository = await opened()
    const [first, second] = [record(1), record(1)]
    expect(await insert(repository, first)).toEqual([true])
    expect(await insert(repository, first)).toEqual([true])
    const replace = [{ record: second, expected: first.etag }]
    expect(await repository.write(replace, signal)).toEqual([true])
    expect(await repository.write(replace, signal)).toEqual([true])
    expect(await insert(repository, first)).toEqual([false])
  })

  test('one record that is past rejects the batch and leaves nothing of it', async () => {
    const repository = await opened()
    const past = record(2, { retainUntil: Date.now() })
    await expect(insert(repository, record(1), past)).rejects.toThrow('is past')
    expect(await repository.read([key(1), key(2)], signal)).toEqual([null, null])
  })
})

test('list pages by key, of a group or of the whole namespace', async () => {
  const repository = await opened()
  const all = [10, 2, 1, 3].map((n) => record(n, { groups: n === 3 ? ['h'] : ['g', 'h'] }))
  await insert(repository, ...all)
  const keys = async (...args: [string | null, string | null, number]) =>
    (await repository.list(...args, signal)).map((record) => Number.parseInt(record.key, 16))
  expect(await keys(null, null, 9)).toEqual([1, 2, 3, 10])
  expect(await keys(null, key(1), 2)).toEqual([2, 3])
  expect(await keys('g', null, 9)).toEqual([1, 2, 10])
  expect(await keys('g', key(2), 9)).toEqual([10])
  expect(await keys('none', null, 9)).toEqual([])
})

test('prune takes at most so many, and nothing that is to stay', async () => {
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
