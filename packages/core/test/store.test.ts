import { expect, test, vi } from 'vitest'
import type { StoredRecord, TokenRepository } from '../src/adapter.ts'
import { Closed, NotPrepared } from '../src/errors.ts'
import { Deadline } from '../src/store/deadline.ts'
import { PendingCalls } from '../src/store/pending-calls.ts'
import { closeRepository, openRepository } from '../src/store/repository-users.ts'
import { Store, type StoreTracer } from '../src/store/store.ts'
import { afterDeadline, afterThisTurn, nextTurn, pause } from '../src/store/timeout.ts'
import { checkCount, checkPage } from '../src/store/validate-list.ts'
import { checkRecords } from '../src/store/validate-reply.ts'
import { writesOf } from '../src/store/writes.ts'
import { keyOf, mapRepository, recordOf } from './map-repository.ts'

const MINUTE = 60_000
const { signal } = new AbortController()
const fault = expect.objectContaining({ code: 'TOKENWARD_ADAPTER_FAULT' })

function storeOf(more: Partial<TokenRepository>, tracer: StoreTracer | null = null) {
  const seen: string[] = []
  const watch = {
    unavailable: (error: Error) => seen.push(`down: ${(error as { code?: string }).code}`),
    recovered: (afterMs: number) => seen.push(afterMs >= 0 && afterMs < MINUTE ? 'up' : 'wrong'),
  }
  return { store: new Store(mapRepository(new Map(), more), watch, tracer), seen }
}

test.each([-1, 0.5, 3, Number.NaN, undefined])('%s is no count of 2 pruned records', (count) => {
  expect(() => checkCount(count, 2)).toThrow(fault)
})

test('none, some and all of the records may be pruned', () => {
  expect([0, 1, 2].map((count) => checkCount(count, 2))).toEqual([0, 1, 2])
})

test('a page has at most as many records as were asked for', () => {
  const page = [recordOf(1), recordOf(2)]
  expect(checkPage(page, null, 2)).toBe(page)
  expect(() => checkPage(page, null, 1)).toThrow(fault)
  expect(() => checkPage('ab' as never, null, 2)).toThrow(fault)
})

test('a page is sorted, and begins after the position that was asked for', () => {
  const [newest, middle, oldest] = [recordOf(1), recordOf(2), recordOf(3)]
  expect(() => checkPage([middle, newest], null, 9)).toThrow(fault)
  expect(() => checkPage([newest, newest], null, 9)).toThrow(fault)
  expect(() => checkPage([middle], middle, 9)).toThrow(fault)
  expect(() => checkPage([newest], middle, 9)).toThrow(fault)
  expect(checkPage([oldest], middle, 9)).toEqual([oldest])
})

test('a read is answered with one record or null for each key, in order', () => {
  const items = () =>
    new Map<string, StoredRecord | null>([
      [keyOf(1), null],
      [keyOf(2), null],
    ])
  expect([...checkRecords(items(), [null, recordOf(2)]).values()]).toEqual([null, recordOf(2)])
  for (const reply of [
    [recordOf(1)],
    [recordOf(2), recordOf(1)],
    [null, null, null],
    'ab',
    [null, undefined],
  ])
    expect(() => checkRecords(items(), reply as never)).toThrow(fault)
})

test.each([[[]], [[true, true]], [['true']], ['x'], [[null]]])(
  'the reply %j to one write is a fault of the adapter',
  async (reply) => {
    const { store } = storeOf({ write: async () => reply as never })
    const write = writesOf(store).write(
      { record: recordOf(1), expected: null },
      new Deadline(MINUTE),
    )
    await expect(write).rejects.toMatchObject({ code: 'TOKENWARD_ADAPTER_FAULT' })
  },
)

test('writes of one turn are sent together, sorted by their keys', async () => {
  const sent: string[][] = []
  const { store } = storeOf({
    write: async (writes) => {
      sent.push(writes.map(({ record }) => record.key))
      return writes.map(({ record }) => record.key === keyOf(1))
    },
  })
  const stored = [3, 1, 2].map((n) =>
    writesOf(store).write({ record: recordOf(n), expected: null }, new Deadline(MINUTE)),
  )
  expect(await Promise.all(stored)).toEqual([false, true, false])
  expect(sent).toEqual([[keyOf(1), keyOf(2), keyOf(3)]])
  expect(writesOf(store)).toBe(writesOf(store))
})

test('a store is down from its first failure until it answers', async () => {
  let isDown = true
  const { store, seen } = storeOf({
    read: async (keys) => {
      if (isDown) throw new Error('reset')
      return keys.map(() => null)
    },
  })
  const read = () => store.read([keyOf(1)], new Deadline(MINUTE))
  await expect(read()).rejects.toMatchObject({ code: 'TOKENWARD_STORE_UNAVAILABLE' })
  await expect(read()).rejects.toMatchObject({ cause: { message: 'reset' } })
  isDown = false
  await read()
  await read()
  expect(seen).toEqual(['down: TOKENWARD_STORE_UNAVAILABLE', 'up'])
})

test('an error that no repetition can heal does not mean that the store is down', async () => {
  const error = new NotPrepared('no table')
  const { store, seen } = storeOf({
    read: async () => {
      throw error
    },
  })
  await expect(store.read([keyOf(1)], new Deadline(MINUTE))).rejects.toBe(error)
  expect(seen).toEqual([])
})

test('a store that does not answer until the deadline is down', async () => {
  const { store, seen } = storeOf({ read: () => new Promise(() => {}) })
  await expect(store.read([keyOf(1)], new Deadline(1))).rejects.toMatchObject({
    code: 'TOKENWARD_STORE_UNAVAILABLE',
  })
  expect(seen).toEqual(['down: TOKENWARD_STORE_UNAVAILABLE'])
})

test('each call is traced with its name, its size and the deadlines of those who wait', async () => {
  const traced: unknown[] = []
  const tracer: StoreTracer = {
    store: (call, { deadlines }, _request, size) => {
      traced.push([call, deadlines, size])
      return undefined
    },
  }
  const { store } = storeOf({}, tracer)
  const [first, second] = [new Deadline(MINUTE), new Deadline(MINUTE)]
  await store.read([keyOf(1), keyOf(2)], first)
  expect(await store.call('prune', second, async (signal) => signal.aborted)).toBe(false)
  await writesOf(store).write({ record: recordOf(1), expected: null }, first)
  expect(traced).toEqual([
    ['read', [first], 2],
    ['prune', [second], undefined],
    ['write', [first], 1],
  ])
})

test('what waits when a store is closed is rejected, and so is what comes later', async () => {
  const closed = new Closed('closed')
  let aborted: (() => boolean) | undefined
  const close = vi.fn(async () => {})
  const { store } = storeOf({ read: () => new Promise(() => {}), close })
  const waiting = store.call('list', new Deadline(MINUTE), (given) => {
    aborted = () => given.aborted
    return new Promise(() => {})
  })
  await openRepository(store.repository, signal)
  await store.close(closed)
  await expect(waiting).rejects.toBe(closed)
  expect(aborted?.()).toBe(true)
  await expect(store.read([keyOf(1)], new Deadline(MINUTE))).rejects.toBe(closed)
  expect(close).toHaveBeenCalledTimes(1)
})

test('a request is not sent when all callers have given up', async () => {
  const calls = new PendingCalls({ timedOut: () => new Error('late') })
  const send = vi.fn(async () => 1)
  const abandoned = vi.fn()
  const reply = calls.open<number>(abandoned)
  await expect(reply.wait(new Deadline(0))).rejects.toThrow('late')
  expect(abandoned).toHaveBeenCalledTimes(1)
  await calls.send(reply, send)
  expect(send).not.toHaveBeenCalled()
})

test('the last instance that closes a repository closes it', async () => {
  const close = vi.fn(async () => {})
  const repository = mapRepository(new Map(), { close })
  await closeRepository(repository)
  expect(close).not.toHaveBeenCalled()
  await openRepository(repository, signal)
  await openRepository(repository, signal)
  await closeRepository(repository)
  expect(close).not.toHaveBeenCalled()
  await closeRepository(repository)
  expect(close).toHaveBeenCalledTimes(1)
})

test('a repository is opened again after it was closed, even if that failed', async () => {
  const steps: string[] = []
  const closing = Promise.withResolvers<void>()
  const repository = mapRepository(new Map(), {
    open: async () => {
      steps.push('open')
      return []
    },
    close: async () => {
      await closing.promise
      steps.push('closed')
      throw new Error('reset')
    },
  })
  await openRepository(repository, signal)
  const closed = closeRepository(repository)
  const opened = openRepository(repository, signal)
  closing.resolve()
  await expect(closed).rejects.toThrow('reset')
  await opened
  expect(steps).toEqual(['open', 'closed', 'open'])
})

test('a deadline that was cancelled does nothing, even in the turn in which it ends', async () => {
  const task = vi.fn()
  const cancel = afterDeadline(0, task)
  vi.spyOn(globalThis, 'clearTimeout').mockImplementation(() => {})
  cancel()
  vi.restoreAllMocks()
  await pause(2)
  expect(task).not.toHaveBeenCalled()
})

test('other work goes on on a runtime without setImmediate too', async () => {
  const steps: string[] = []
  vi.stubGlobal('setImmediate', undefined)
  afterThisTurn(() => steps.push('task'))
  const turn = nextTurn()
  vi.unstubAllGlobals()
  steps.push('now')
  await turn
  expect(steps).toEqual(['now', 'task'])
})
