import { expect, test } from 'vitest'
import type { StoredRecord, TokenRepository } from '../src/adapter.ts'
import { Closed, NotPrepared, StoreUnavailable } from '../src/errors.ts'
import { type Plan, updateRecord } from '../src/store/conditional-write.ts'
import { Deadline } from '../src/store/deadline.ts'
import { Store } from '../src/store/store.ts'
import { writesOf } from '../src/store/writes.ts'
import { compareAndSet, keyOf, mapRepository, recordOf } from './map-repository.ts'

const key = keyOf(1)

function storeOf(records: Map<string, StoredRecord>, more: Partial<TokenRepository> = {}): Store {
  const watch = { unavailable: () => {}, recovered: () => {} }
  return new Store(mapRepository(records, more), watch)
}

/** A plan that stores its mark if there is no record, and returns whether it is the stored one. */
function claim(mark: string) {
  const seenMarks: (string | undefined)[] = []
  const plan = (seen: ReadonlyMap<string, StoredRecord | null>): Plan<string> => {
    const stored = seen.get(key)
    seenMarks.push(stored ? markIn(stored) : undefined)
    if (stored) return { done: markIn(stored) === mark ? 'found my own' : 'lost' }
    const record = recordOf(1, { etag: mark + seenMarks.length, body: bodyOf(mark) })
    return { write: { record, expected: null }, onStored: () => 'won' }
  }
  return { plan, seenMarks }
}

test('the first write wins', async () => {
  const records = new Map<string, StoredRecord>()
  expect(await updateRecord(storeOf(records), new Deadline(1000), [key], claim('me').plan)).toBe(
    'won',
  )
  expect(records.get(key)?.body).toBe(bodyOf('me'))
})

test('after a lost race it reads and plans again', async () => {
  const records = new Map<string, StoredRecord>()
  const overtaken = storeOf(records, {
    write: async (writes) => {
      records.set(key, recordOf(1, { etag: 'theirs', body: bodyOf('theirs') }))
      return writes.map((write) => compareAndSet(records, write))
    },
  })
  const { plan, seenMarks } = claim('me')
  expect(await updateRecord(overtaken, new Deadline(1000), [key], plan)).toBe('lost')
  expect(seenMarks).toEqual([undefined, 'theirs'])
})

test('after a lost reply it finds its own mark if the write happened', async () => {
  const records = new Map<string, StoredRecord>()
  const cut = storeOf(records, {
    write: async (writes) => {
      for (const write of writes) compareAndSet(records, write)
      throw new Error('connection reset')
    },
  })
  expect(await updateRecord(cut, new Deadline(1000), [key], claim('me').plan)).toBe('found my own')
})

test('after a lost reply it sends the same write again if the write did not happen', async () => {
  const records = new Map<string, StoredRecord>()
  const etags: string[] = []
  const flaky = storeOf(records, {
    write: async (writes) => {
      etags.push(...writes.map(({ record }) => record.etag))
      if (etags.length === 1) throw new Error('connection reset')
      return writes.map((write) => compareAndSet(records, write))
    },
  })
  expect(await updateRecord(flaky, new Deadline(1000), [key], claim('me').plan)).toBe('won')
  expect(etags).toEqual(['me1', 'me1'])
})

test('singleInsert: after a lost reply the insert is not sent again', async () => {
  let sent = 0
  const cut = storeOf(new Map(), {
    write: async () => {
      sent += 1
      throw new Error('connection reset')
    },
  })
  const options = { singleInsert: true }
  const changed = updateRecord(cut, new Deadline(1000), [key], claim('me').plan, options)
  await expect(changed).rejects.toMatchObject({ code: 'TOKENWARD_WRITE_INDETERMINATE' })
  expect(sent).toBe(1)
})

test('singleInsert: after a lost race the insert is not sent again', async () => {
  let sent = 0
  const refusing = storeOf(new Map(), {
    write: async () => {
      sent += 1
      return [false]
    },
  })
  const options = { singleInsert: true }
  const changed = updateRecord(refusing, new Deadline(1000), [key], claim('me').plan, options)
  await expect(changed).rejects.toMatchObject({ code: 'TOKENWARD_WRITE_INDETERMINATE' })
  expect(sent).toBe(1)
})

test('initial records are not read first', async () => {
  let reads = 0
  const store = storeOf(new Map(), {
    read: async (keys) => {
      reads += 1
      return keys.map(() => null)
    },
  })
  const initial = new Map([[key, null]])
  expect(await updateRecord(store, new Deadline(1000), [key], claim('me').plan, { initial })).toBe(
    'won',
  )
  expect(reads).toBe(0)
})

test('at the deadline a write is indeterminate and a read unavailable', async () => {
  const silent = () => new Promise<never>(() => {})
  const ignoringWrites = storeOf(new Map(), { write: silent })
  const written = updateRecord(ignoringWrites, new Deadline(1_000), [key], claim('me').plan)
  await expect(written).rejects.toMatchObject({ code: 'TOKENWARD_WRITE_INDETERMINATE' })
  const ignoringReads = storeOf(new Map(), { read: silent })
  const readOnly = updateRecord(ignoringReads, new Deadline(1_000), [key], claim('me').plan)
  await expect(readOnly).rejects.toMatchObject({ code: 'TOKENWARD_STORE_UNAVAILABLE' })
})

test.each([
  ['as not prepared', new NotPrepared('no table'), 'TOKENWARD_NOT_PREPARED'],
  ['as closed', new Closed('closed'), 'TOKENWARD_WRITE_INDETERMINATE'],
  ['by another error', new Error('reset'), 'TOKENWARD_WRITE_INDETERMINATE'],
])('a write that the adapter rejects %s has the code of its certainty', async (_, error, code) => {
  const store = storeOf(new Map(), { write: () => Promise.reject(error) })
  const failed = writesOf(store).write(
    { record: recordOf(1), expected: null },
    new Deadline(20_000),
  )
  await expect(failed).rejects.toMatchObject({ code })
})

test('a write that the adapter rejects as unavailable is indeterminate', async () => {
  const store = storeOf(new Map(), {
    write: () => Promise.reject(new StoreUnavailable('no connection')),
  })
  const write = { record: recordOf(1), expected: null }
  const failed = writesOf(store).write(write, new Deadline(1_000))
  await expect(failed).rejects.toMatchObject({ code: 'TOKENWARD_WRITE_INDETERMINATE' })
})

test('the errors of another copy of this package are recognized by their codes', async () => {
  let failures = 1
  const records = new Map<string, StoredRecord>()
  const store = storeOf(records, {
    read: async (keys) => {
      const gone = { code: 'TOKENWARD_STORE_UNAVAILABLE', retryable: true }
      if (records.size > 0 && failures-- > 0) throw Object.assign(new Error('gone'), gone)
      return keys.map((each) => records.get(each) ?? null)
    },
    write: async (writes) => {
      for (const write of writes) compareAndSet(records, write)
      throw new Error('the reply was lost')
    },
  })
  expect(await updateRecord(store, new Deadline(1_000), [key], claim('me').plan)).toBe(
    'found my own',
  )
})

test('a write whose deadline has passed is not sent', async () => {
  const records = new Map<string, StoredRecord>()
  const store = storeOf(records)
  // From here the next turn of the event loop runs its timers before it sends anything.
  await new Promise((resolve) => setImmediate(resolve))
  const late = writesOf(store).write({ record: recordOf(1), expected: null }, new Deadline(5))
  const started = performance.now()
  while (performance.now() - started < 20);
  await expect(late).rejects.toThrow('deadline')
  await new Promise((resolve) => setImmediate(resolve))
  expect(records.has(recordOf(1).key)).toBe(false)
})

function bodyOf(id: string): string {
  return JSON.stringify({ id })
}

function markIn(record: StoredRecord): string {
  return (JSON.parse(record.body) as { id: string }).id
}
