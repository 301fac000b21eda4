import { afterEach, expect, test, vi } from 'vitest'
import type { StoredRecord, TokenRepository } from '../src/adapter.ts'
import { NotPrepared } from '../src/errors.ts'
import {
  type AttemptInfo,
  type UpdateOptions,
  updateRecord,
} from '../src/store/conditional-write.ts'
import { Deadline } from '../src/store/deadline.ts'
import { Store } from '../src/store/store.ts'
import { compareAndSet, keyOf, mapRepository, recordOf } from './map-repository.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const key = keyOf(1)
const INDETERMINATE = { code: 'TOKENWARD_WRITE_INDETERMINATE' }
const reset = () => Promise.reject(new Error('connection reset'))

interface Behaviour {
  /** What becomes of each write, in order; later ones are stored. `unseen`: stored, but its reply is lost. */
  readonly writes?: readonly ('lost' | 'unseen' | 'overtaken' | Error)[]
  readonly stored?: StoredRecord
}

/** A store whose writes fail as given, the etags that were written, and how often it was read. */
function failing({ writes = [], stored }: Behaviour, more: Partial<TokenRepository> = {}) {
  const records = new Map(stored ? [[stored.key, stored]] : [])
  const sent: string[] = []
  const left = [...writes]
  let reads = 0
  const repository = mapRepository(records, {
    read: async (keys) => {
      reads++
      return keys.map((each) => records.get(each) ?? null)
    },
    write: async ([write]) => {
      if (write === undefined) throw new Error('no write')
      sent.push(write.record.etag)
      const next = left.shift()
      if (next instanceof Error) throw next
      if (next === 'overtaken') records.set(key, recordOf(1, { etag: `theirs-${sent.length}` }))
      if (next === 'lost') return reset()
      const isStored = compareAndSet(records, write)
      return next === 'unseen' ? reset() : [isStored]
    },
    ...more,
  })
  const store = new Store(repository, { unavailable: () => {}, recovered: () => {} })
  return { store, sent, records, reads: () => reads }
}

/** Replaces whatever is stored, with a new etag in each attempt, unless it has given up. */
async function replace(
  store: Store,
  options: UpdateOptions & { attempts?: number } = {},
  deadline = new Deadline(20_000),
) {
  const infos: AttemptInfo[] = []
  const result = updateRecord<string>(
    store,
    deadline,
    [key],
    (seen, info) => {
      infos.push(info)
      if (infos.length > (options.attempts ?? 5)) return { done: 'gave up' }
      const etag = `mine-${infos.length}`
      const expected = seen.get(key)?.etag ?? null
      return { write: { record: recordOf(1, { etag }), expected }, onStored: ({ etag }) => etag }
    },
    options,
  )
  return { infos, result: await result }
}

test('an attempt knows whether it is the first, and whether a reply was lost', async () => {
  const { store } = failing({ writes: ['overtaken', 'lost', 'overtaken'] })
  const { infos, result } = await replace(store)
  expect(infos).toEqual([
    { isFirst: true, indeterminate: false },
    { isFirst: false, indeterminate: false },
    { isFirst: false, indeterminate: true },
    { isFirst: false, indeterminate: true },
  ])
  expect(result).toBe('mine-4')
})

test('the initial records are used in the first attempt only', async () => {
  const { store, sent, reads } = failing({ stored: recordOf(1, { etag: 'old' }) })
  const { result } = await replace(store, { initial: new Map([[key, null]]) })
  expect([result, sent, reads()]).toEqual(['mine-2', ['mine-1', 'mine-2'], 1])
})

test.each([
  ['the same write', {}, ['mine-1', 'mine-1', 'mine-1']],
  ['what the attempt has planned', { resendIdentical: false }, ['mine-1', 'mine-2', 'mine-3']],
])('after lost replies it sends %s', async (_, options, expected) => {
  const { store, sent, records } = failing({ writes: ['lost', 'lost'] })
  expect((await replace(store, options)).result).toBe(expected[2])
  expect(sent).toEqual(expected)
  expect(records.get(key)?.etag).toBe(expected[2])
})

test('after a lost reply it sends another write if another record was stored meanwhile', async () => {
  const { store, sent } = failing({ writes: ['unseen'] })
  const changed = replace(store)
  expect((await changed).result).toBe('mine-2')
  expect(sent).toEqual(['mine-1', 'mine-2'])
})

test('singleInsert: what replaces a record is sent again after a lost reply and a lost race', async () => {
  const { store, sent } = failing({ writes: ['lost', 'overtaken'], stored: recordOf(1) })
  expect((await replace(store, { singleInsert: true })).result).toBe('mine-3')
  expect(sent).toEqual(['mine-1', 'mine-1', 'mine-3'])
})

test('singleInsert: the error after a lost reply is that of the write, with its cause', async () => {
  const { store } = failing({ writes: ['lost'] })
  const changed = replace(store, { singleInsert: true })
  await expect(changed).rejects.toMatchObject({
    ...INDETERMINATE,
    cause: { cause: { message: 'connection reset' } },
  })
})

test.each([
  ['was lost', ['lost'], INDETERMINATE],
  ['was not', ['overtaken'], { code: 'TOKENWARD_NOT_PREPARED' }],
] as const)(
  'where an earlier reply %s, a refused write has the code of what is known',
  async (_, first, code) => {
    const { store, sent } = failing({ writes: [...first, new NotPrepared('no table')] })
    await expect(replace(store)).rejects.toMatchObject(code)
    expect(sent).toHaveLength(2)
  },
)

test('after the deadline a lost reply is not followed by a read', async () => {
  const deadline = new Deadline(20_000)
  const { store, reads } = failing(
    {},
    {
      write: () => {
        vi.spyOn(deadline, 'expired', 'get').mockReturnValue(true)
        return reset()
      },
    },
  )
  await expect(replace(store, {}, deadline)).rejects.toMatchObject(INDETERMINATE)
  expect(reads()).toBe(1)
})

test('a read that is refused after a lost reply is not tried again, and the write is indeterminate', async () => {
  let reads = 0
  const { store } = failing(
    { writes: ['lost'] },
    {
      read: async ([each]) => {
        if (++reads > 1) throw new NotPrepared('no table')
        return [each === undefined ? null : recordOf(1)]
      },
    },
  )
  await expect(replace(store)).rejects.toMatchObject(INDETERMINATE)
  expect(reads).toBe(2)
})

/** In tens of ms, how long after the one before each instant is. */
const pausesBetween = (instants: readonly number[]) =>
  instants.slice(1).map((at, i) => Math.round((at - (instants[i] ?? 0)) / 10))

test('after a lost reply it reads at once, and then after pauses that grow, until the deadline', async () => {
  vi.useFakeTimers()
  const instants: number[] = []
  const { store } = failing(
    { writes: ['lost'] },
    {
      read: ([each]) => {
        instants.push(performance.now())
        if (instants.length > 1) return reset()
        return Promise.resolve([each === undefined ? null : recordOf(1)])
      },
    },
  )
  const deadline = new Deadline(1_400)
  const began = performance.now()
  let endedAfterMs = Number.NaN
  const changed = expect(
    replace(store, {}, deadline).finally(() => {
      endedAfterMs = performance.now() - began
    }),
  ).rejects.toMatchObject(INDETERMINATE)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(pausesBetween(instants)).toEqual([0, 1, 2, 4, 8, 16, 32, 32, 32])
  expect(Math.round(endedAfterMs / 100)).toBe(14)
  await changed
})

test('between writes whose replies are lost there are pauses that grow', async () => {
  vi.useFakeTimers()
  const instants: number[] = []
  const { store } = failing(
    {},
    {
      write: () => {
        instants.push(performance.now())
        return reset()
      },
    },
  )
  const changed = replace(store, { attempts: 5 })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(pausesBetween(instants)).toEqual([0, 1, 2, 4])
  expect((await changed).result).toBe('gave up')
})
