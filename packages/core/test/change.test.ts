import { expect, test } from 'vitest'
import {
  Closed,
  NotPrepared,
  type StoredRecord,
  StoreUnavailable,
  type TokenRepository,
} from '../src/index.ts'
import { Budget } from '../src/store/budget.ts'
import { change, type Step } from '../src/store/change.ts'
import { Store } from '../src/store/store.ts'
import { compareAndSet, keyOf, mapRepository, recordOf } from './map-repository.ts'

const key = keyOf(1)

function storeOf(records: Map<string, StoredRecord>, more: Partial<TokenRepository> = {}): Store {
  const watch = { unavailable: () => {}, recovered: () => {} }
  return new Store(mapRepository(records, more), watch)
}

/** Puts its mark where nothing stands; says whose mark stands there. */
function claim(mark: string) {
  const seenBefore: (string | undefined)[] = []
  const plan = (seen: ReadonlyMap<string, StoredRecord | null>): Step<string> => {
    const there = seen.get(key)
    seenBefore.push(there ? noteIn(there) : undefined)
    if (there) return { done: noteIn(there) === mark ? 'found my own' : 'lost' }
    const record = recordOf(1, { etag: mark + seenBefore.length, body: bodyOf(mark) })
    return { write: { record, expected: null }, won: () => 'won' }
  }
  return { plan, seenBefore }
}

test('whoever writes first has won', async () => {
  const records = new Map<string, StoredRecord>()
  expect(await change(storeOf(records), new Budget(1000), [key], claim('me').plan)).toBe('won')
  expect(records.get(key)?.body).toBe(bodyOf('me'))
})

test('false: another came first, so it reads again and plans anew', async () => {
  const records = new Map<string, StoredRecord>()
  const overtaken = storeOf(records, {
    write: async (writes) => {
      records.set(key, recordOf(1, { etag: 'theirs', body: bodyOf('theirs') }))
      return writes.map((write) => compareAndSet(records, write))
    },
  })
  const { plan, seenBefore } = claim('me')
  expect(await change(overtaken, new Budget(1000), [key], plan)).toBe('lost')
  expect(seenBefore).toEqual([undefined, 'theirs'])
})

test('a lost answer: the write happened, and the call finds its own mark', async () => {
  const records = new Map<string, StoredRecord>()
  const cut = storeOf(records, {
    write: async (writes) => {
      for (const write of writes) compareAndSet(records, write)
      throw new Error('connection reset')
    },
  })
  expect(await change(cut, new Budget(1000), [key], claim('me').plan)).toBe('found my own')
})

test('a lost answer to a write that did not happen: the very same write is sent again', async () => {
  const records = new Map<string, StoredRecord>()
  const etags: string[] = []
  const flaky = storeOf(records, {
    write: async (writes) => {
      etags.push(...writes.map(({ record }) => record.etag))
      if (etags.length === 1) throw new Error('connection reset')
      return writes.map((write) => compareAndSet(records, write))
    },
  })
  expect(await change(flaky, new Budget(1000), [key], claim('me').plan)).toBe('won')
  expect(etags).toEqual(['me1', 'me1'])
})

test('insertsOnce: after a lost answer an insert is never sent again', async () => {
  let sent = 0
  const cut = storeOf(new Map(), {
    write: async () => {
      sent += 1
      throw new Error('connection reset')
    },
  })
  const options = { insertsOnce: true }
  const changed = change(cut, new Budget(1000), [key], claim('me').plan, options)
  await expect(changed).rejects.toMatchObject({ code: 'TOKENWARD_WRITE_INDETERMINATE' })
  expect(sent).toBe(1)
})

test('insertsOnce: not after something else stood there and is gone again, either', async () => {
  let sent = 0
  const refusing = storeOf(new Map(), {
    write: async () => {
      sent += 1
      return [false]
    },
  })
  const options = { insertsOnce: true }
  const changed = change(refusing, new Budget(1000), [key], claim('me').plan, options)
  await expect(changed).rejects.toMatchObject({ code: 'TOKENWARD_WRITE_INDETERMINATE' })
  expect(sent).toBe(1)
})

test('what is known is not read first', async () => {
  let reads = 0
  const store = storeOf(new Map(), {
    read: async (keys) => {
      reads += 1
      return keys.map(() => null)
    },
  })
  const known = new Map([[key, null]])
  expect(await change(store, new Budget(1000), [key], claim('me').plan, { known })).toBe('won')
  expect(reads).toBe(0)
})

test('a spent budget ends the call: the write stays indeterminate, the read unavailable', async () => {
  const silent = () => new Promise<never>(() => {})
  const deafToWrites = storeOf(new Map(), { write: silent })
  const written = change(deafToWrites, new Budget(1_000), [key], claim('me').plan)
  await expect(written).rejects.toMatchObject({ code: 'TOKENWARD_WRITE_INDETERMINATE' })
  const deafToReads = storeOf(new Map(), { read: silent })
  const readOnly = change(deafToReads, new Budget(1_000), [key], claim('me').plan)
  await expect(readOnly).rejects.toMatchObject({ code: 'TOKENWARD_STORE_UNAVAILABLE' })
})

test.each([
  ['where it is not prepared', new NotPrepared('no table'), 'TOKENWARD_NOT_PREPARED'],
  ['where it is closed', new Closed('closed'), 'TOKENWARD_WRITE_INDETERMINATE'],
  ['as any error', new Error('reset'), 'TOKENWARD_WRITE_INDETERMINATE'],
])('a write that the adapter rejects %s', async (_, error, code) => {
  const store = storeOf(new Map(), { write: () => Promise.reject(error) })
  const failed = store.write({ record: recordOf(1), expected: null }, new Budget(20_000))
  await expect(failed).rejects.toMatchObject({ code })
})

test('an adapter that gives a write up says nothing of whether it happened', async () => {
  const store = storeOf(new Map(), {
    write: () => Promise.reject(new StoreUnavailable('no connection')),
  })
  const write = { record: recordOf(1), expected: null }
  const failed = store.write(write, new Budget(1_000))
  await expect(failed).rejects.toMatchObject({ code: 'TOKENWARD_WRITE_INDETERMINATE' })
})

test('the errors of another copy of this package are known by their codes', async () => {
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
      throw new Error('the answer was lost')
    },
  })
  expect(await change(store, new Budget(1_000), [key], claim('me').plan)).toBe('found my own')
})

test('what its caller no longer waits for is not sent', async () => {
  const records = new Map<string, StoredRecord>()
  const store = storeOf(records)
  // From here the next turn of the event loop looks at its timers before it sends anything.
  await new Promise((go) => setImmediate(go))
  const late = store.write({ record: recordOf(1), expected: null }, new Budget(5))
  const begun = performance.now()
  while (performance.now() - begun < 20);
  await expect(late).rejects.toThrow('deadline')
  await new Promise((go) => setImmediate(go))
  expect(records.has(recordOf(1).key)).toBe(false)
})

function bodyOf(id: string): string {
  return JSON.stringify({ id })
}

function noteIn(record: StoredRecord): string {
  return (JSON.parse(record.body) as { id: string }).id
}
