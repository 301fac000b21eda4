import { key, record } from '@tokenward/conformance/harness'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { describe, expect, test } from 'vitest'
import { type MemoryOptions, type MemoryRecords, memory } from '../src/index.ts'

type Complete = TokenRepository & Required<Pick<TokenRepository, 'list' | 'prune'>>

async function opened(options?: MemoryOptions): Promise<Complete> {
  const repository = memory(options) as Complete
  expect(await repository.open()).toEqual([])
  return repository
}

const signal = new AbortController().signal

function insert(repository: TokenRepository, ...records: StoredRecord[]) {
  return repository.write(
    records.map((record) => ({ record, expected: null })),
    signal,
  )
}

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
  const good = [1, 3].map((n) => record(n, { groups: ['g'] })) as [StoredRecord, StoredRecord]
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
