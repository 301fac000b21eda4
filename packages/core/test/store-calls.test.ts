import { afterEach, expect, test, vi } from 'vitest'
import type { StoredRecord, TokenRepository } from '../src/adapter.ts'
import { Deadline } from '../src/store/deadline.ts'
import { Store } from '../src/store/store.ts'
import { checkCount, checkPage } from '../src/store/validate-list.ts'
import { checkRecords } from '../src/store/validate-reply.ts'
import { writesOf } from '../src/store/writes.ts'
import { keyOf, mapRepository, recordOf } from './map-repository.ts'

const MINUTE = 60_000

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function storeOf(more: Partial<TokenRepository>) {
  const watch = { unavailable: vi.fn(), recovered: vi.fn() }
  return { store: new Store(mapRepository(new Map(), more), watch), watch }
}

const writing = (store: Store, n: number, deadline = new Deadline(MINUTE)) =>
  writesOf(store).write({ record: recordOf(n), expected: null }, deadline)

test('the error for a wrong reply names the method of the adapter', async () => {
  const items = new Map<string, StoredRecord | null>([[keyOf(1), null]])
  const page = [recordOf(2), recordOf(1)]
  expect(() => checkRecords(items, [])).toThrow(/^read\(\)/)
  expect(() => checkRecords(items, [recordOf(2)])).toThrow(/^read\(\)/)
  expect(() => checkCount(-1, 2)).toThrow(/^prune\(\)/)
  expect(() => checkPage(page, null, 1)).toThrow(/^list\(\)/)
  expect(() => checkPage(page, null, 2)).toThrow(/^list\(\)/)
  const { store } = storeOf({ write: async () => [] })
  await expect(writing(store, 1)).rejects.toThrow(/^write\(\)/)
})

test('a reply to two writes is wrong if one of its answers is', async () => {
  const { store } = storeOf({ write: async () => [true, 'true'] as never })
  const codes = [1, 2].map((n) => writing(store, n).catch(({ code }) => code))
  const fault = 'TOKENWARD_ADAPTER_FAULT'
  expect(await Promise.all(codes)).toEqual([fault, fault])
})

test('a record that could not be read back is not sent', async () => {
  const write = vi.fn(async () => [true])
  const { store } = storeOf({ write })
  const record = recordOf(1, { body: 'no JSON' })
  const refused = writesOf(store).write({ record, expected: null }, new Deadline(MINUTE))
  await expect(refused).rejects.toMatchObject({ code: 'TOKENWARD_INVALID_INPUT' })
  expect(write).not.toHaveBeenCalled()
})

test('equal keys of one turn are read once, and written one after the other', async () => {
  const trips: string[][] = []
  const { store } = storeOf({
    read: async (keys) => {
      trips.push(['read', ...keys])
      return keys.map(() => null)
    },
    write: async (writes) => {
      trips.push(['write', ...writes.map(({ record }) => record.etag)])
      return writes.map(({ record }) => record.etag === 'first')
    },
  })
  await Promise.all([1, 1].map((n) => store.read([keyOf(n)], new Deadline(MINUTE))))
  const writes = ['first', 'second'].map((etag) => ({
    record: recordOf(1, { etag }),
    expected: null,
  }))
  const stored = writes.map((write) => writesOf(store).write(write, new Deadline(MINUTE)))
  expect(await Promise.all(stored)).toEqual([true, false])
  expect(trips).toEqual([
    ['read', keyOf(1)],
    ['write', 'first'],
    ['write', 'second'],
  ])
})

test('a store that answers again reports how long it was down', async () => {
  vi.useFakeTimers()
  // The clock of a process that has just started is 0.
  vi.advanceTimersByTime(3_000)
  let isDown = true
  const { store, watch } = storeOf({
    read: async (keys) => {
      if (isDown) throw new Error('reset')
      return keys.map(() => null)
    },
  })
  const read = async () => {
    const ended = store.read([keyOf(1)], new Deadline(MINUTE)).catch(() => null)
    await vi.advanceTimersByTimeAsync(1)
    return ended
  }
  await read()
  await vi.advanceTimersByTimeAsync(7_000)
  await read()
  isDown = false
  await read()
  expect(watch.unavailable).toHaveBeenCalledTimes(1)
  expect(watch.recovered).toHaveBeenCalledTimes(1)
  const [afterMs] = watch.recovered.mock.calls[0] ?? []
  expect(Math.round(afterMs / 100)).toBe(70)
})

test('a store is reported as down once, even if the call that it left unanswered fails later', async () => {
  vi.useFakeTimers()
  const reply = Promise.withResolvers<never>()
  const { store, watch } = storeOf({ read: () => reply.promise })
  const late = expect(store.read([keyOf(1)], new Deadline(5))).rejects.toThrow('deadline')
  await vi.advanceTimersByTimeAsync(20)
  await late
  reply.reject(new Error('reset'))
  await vi.advanceTimersByTimeAsync(20)
  expect(watch.unavailable).toHaveBeenCalledTimes(1)
  expect(watch.recovered).not.toHaveBeenCalled()
})

test('the signal of a read, a write and another call is aborted when the caller gives up', async () => {
  vi.useFakeTimers()
  const signals: AbortSignal[] = []
  const silent = (signal: AbortSignal) => {
    signals.push(signal)
    return new Promise<never>(() => {})
  }
  const { store } = storeOf({ read: (_, signal) => silent(signal), write: (_, s) => silent(s) })
  const deadline = () => new Deadline(50)
  const ends = [
    store.read([keyOf(1)], deadline()),
    writing(store, 1, deadline()),
    store.call('list', deadline(), silent),
  ].map((each) => each.catch(({ code }) => code))
  await vi.advanceTimersByTimeAsync(20)
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false])
  await vi.advanceTimersByTimeAsync(50)
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true])
  const unavailable = 'TOKENWARD_STORE_UNAVAILABLE'
  expect(await Promise.all(ends)).toEqual([
    unavailable,
    'TOKENWARD_WRITE_INDETERMINATE',
    unavailable,
  ])
})

test('a write whose caller gave up before it was sent is not sent with the others of its turn', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const turns: (() => void)[] = []
  vi.stubGlobal('setImmediate', (task: () => void) => void turns.push(task))
  const sent: string[] = []
  const { store } = storeOf({
    write: async (writes) => {
      sent.push(...writes.map(({ record }) => record.key))
      return writes.map(() => true)
    },
  })
  const early = writing(store, 1, new Deadline(5)).catch(({ code }) => code)
  const other = writing(store, 2)
  await vi.advanceTimersByTimeAsync(20)
  // A host may run what was scheduled in another order.
  turns.pop()?.()
  expect(await early).toBe('TOKENWARD_STORE_UNAVAILABLE')
  for (const run of turns) run()
  expect(await other).toBe(true)
  expect(sent).toEqual([keyOf(2)])
})

test('a read and a write are as large as one round trip allows', async () => {
  const sizes: number[] = []
  const { store } = storeOf({
    read: async (keys) => {
      sizes.push(keys.length)
      return keys.map(() => null)
    },
    write: async (writes) => {
      sizes.push(writes.length)
      return writes.map(() => true)
    },
  })
  const numbers = Array.from({ length: 514 }, (_, i) => i)
  await Promise.all(numbers.map((n) => store.read([keyOf(n)], new Deadline(MINUTE))))
  await Promise.all(numbers.map((n) => writing(store, n)))
  expect(sizes).toEqual([512, 2, 256, 256, 2])
})
