import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Batcher, type BatcherOptions } from '../src/store/batcher.ts'
import { Deadline } from '../src/store/deadline.ts'
import { PendingCalls } from '../src/store/pending-calls.ts'

/** ms */
const MINUTE = 60_000

const outcome = { timedOut: () => new Error('timeout') }

function batcherOf<I>(
  coalesce: boolean,
  send: BatcherOptions<I, unknown>['send'],
  perOperation = false,
): Batcher<I, unknown> {
  const options = { send, coalesce, maxItems: 256, perOperation }
  return new Batcher(new PendingCalls(outcome), options)
}

/** Returns the items that it is sent, and records which keys were sent together. */
function echo(coalesce: boolean) {
  const trips: string[][] = []
  const batcher = batcherOf<unknown>(coalesce, async (items) => {
    trips.push([...items.keys()])
    return items
  })
  const add = (key: string, value: unknown = 0) =>
    batcher.add([key], value, new Deadline(MINUTE)).then((replies) => replies.get(key))
  return { batcher, add, trips }
}

test('the reads of one turn share one round trip, and equal keys are read once', async () => {
  const { add, trips } = echo(true)
  await Promise.all([add('a'), add('b'), add('a')])
  expect(trips).toEqual([['a', 'b']])
})

test.for([true, false])(
  'with perOperation only the calls of one operation share a round trip (reads: %s)',
  async (coalesce) => {
    const trips: string[][] = []
    const send: BatcherOptions<unknown, unknown>['send'] = async (items) => {
      trips.push([...items.keys()])
      return items
    }
    const batcher = batcherOf<unknown>(coalesce, send, true)
    const [one, other] = [new Deadline(MINUTE), new Deadline(MINUTE)]
    await Promise.all([
      batcher.add(['a'], 1, one),
      batcher.add(['b'], 2, other),
      batcher.add(['c'], 3, one),
    ])
    expect(trips).toEqual([['a', 'c'], ['b']])
  },
)

test('with perOperation each batch is sent once, and in the context of its own operation', async () => {
  const operation = new AsyncLocalStorage<string>()
  const trips: unknown[] = []
  const send: BatcherOptions<null, unknown>['send'] = (items) => {
    trips.push([...items.keys(), operation.getStore()])
    return new Promise(() => {})
  }
  const batcher = batcherOf<null>(true, send, true)
  for (const name of ['one', 'other'])
    operation.run(name, () => void batcher.add([name], null, new Deadline(MINUTE)))
  await new Promise((resolve) => setImmediate(resolve))
  expect(trips).toEqual([
    ['one', 'one'],
    ['other', 'other'],
  ])
})

test('writes to one key never share a batch, and each gets its own reply', async () => {
  const { add, trips } = echo(false)
  expect(await Promise.all([add('a', 1), add('b', 2), add('a', 3)])).toEqual([1, 2, 3])
  expect(trips).toEqual([['a', 'b'], ['a']])
})

test('a read that comes after a batch was sent joins the next one', async () => {
  const gate = Promise.withResolvers<void>()
  const sent = Promise.withResolvers<void>()
  let trips = 0
  const batcher = batcherOf<null>(true, async (items) => {
    trips += 1
    const mine = trips
    sent.resolve()
    await gate.promise
    return new Map([...items.keys()].map((key) => [key, mine]))
  })
  const first = batcher.add(['a'], null, new Deadline(MINUTE))
  await sent.promise
  const second = batcher.add(['a'], null, new Deadline(MINUTE))
  gate.resolve()
  expect([(await first).get('a'), (await second).get('a')]).toEqual([1, 2])
})

test('an item that is withdrawn in time is not sent, and the other items are', async () => {
  const { batcher, add, trips } = echo(false)
  const items = [{}, {}, {}] as const
  void add('a', items[0])
  const other = add('b', items[1])
  void add('a', items[2])
  batcher.withdraw('a', items[0])
  batcher.withdraw('b', items[2])
  await other
  expect(trips).toEqual([['b'], ['a']])
})

test('a batch holds at most the given number of different keys', async () => {
  const { add, batcher, trips } = echo(true)
  const shared = ['root', 'issuer']
  const calls = Array.from({ length: 254 }, (_, i) =>
    batcher.add([...shared, String(i)], 0, new Deadline(MINUTE)),
  )
  await Promise.all([...calls, add('one more')])
  expect(trips.map((keys) => keys.length)).toEqual([256, 1])
})

test('a failure rejects the calls of its batch, and no later ones', async () => {
  let trips = 0
  const batcher = batcherOf<number>(true, async (items) => {
    trips += 1
    if (trips === 1) throw new Error('down')
    return items
  })
  const add = (key: string) => batcher.add([key], 0, new Deadline(MINUTE))
  const settled = await Promise.allSettled([add('a'), add('b')])
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect((await add('a')).get('a')).toBe(0)
})

/** Never replies, and records when it was aborted. */
function silent() {
  const aborted = Promise.withResolvers<number>()
  let trips = 0
  const batcher = batcherOf<null>(true, (_, signal) => {
    trips++
    signal.addEventListener('abort', () => aborted.resolve(performance.now()))
    return new Promise(() => {})
  })
  return { batcher, aborted: aborted.promise, trips: () => trips }
}

test('each caller gives up at its own deadline, and the signal fires at the latest', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const { batcher, aborted } = silent()
  const began = performance.now()
  const gaveUp = [60, 5, 5].map((ms) =>
    batcher.add(['a'], null, new Deadline(ms)).catch((error: Error) => {
      expect(error.message).toBe('timeout')
      return performance.now() - began
    }),
  )
  await vi.advanceTimersByTimeAsync(100)
  // Timers run in whole milliseconds, rounded up.
  expect(await Promise.all(gaveUp)).toEqual([61, 6, 6])
  expect((await aborted) - began).toBe(61)
})

test('nothing is sent for callers whose deadline passed while the thread was blocked', async () => {
  const { batcher, trips } = silent()
  const late = batcher.add(['a'], null, new Deadline(5))
  const began = performance.now()
  while (performance.now() - began < 20);
  await expect(late).rejects.toThrow(/timeout|The deadline passed/)
  expect(trips()).toBe(0)
})

test('nothing is sent for callers whose time was over before they called', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const { batcher, trips } = silent()
  // The clock of a process that has just started is 0.
  vi.advanceTimersByTime(1_000)
  const late = expect(batcher.add(['a'], null, new Deadline(0))).rejects.toThrow()
  await vi.advanceTimersByTimeAsync(10)
  await late
  expect(trips()).toBe(0)
})

test('what is added while the batches of a turn are sent shares the next one', async () => {
  const trips: string[][] = []
  const batcher: Batcher<number, unknown> = batcherOf<number>(false, async (items) => {
    trips.push([...items.keys()])
    if (trips.length === 1) void add('b')
    return items
  })
  const add = (key: string) => batcher.add([key], 0, new Deadline(MINUTE))
  const last = Promise.withResolvers<unknown>()
  const first = [add('a'), add('a')]
  setImmediate(() => last.resolve(add('c')))
  await Promise.all([...first, last.promise])
  expect(trips).toEqual([['a'], ['a'], ['b', 'c']])
})

test.each([
  [true, [['a', 'b'], ['c']]],
  [
    false,
    [
      ['a', 'b'],
      ['c', 'a'],
    ],
  ],
])('a batch that is full takes no more keys (reads: %s)', async (coalesce, expected) => {
  const trips: string[][] = []
  const send: BatcherOptions<number, unknown>['send'] = async (items) => {
    trips.push([...items.keys()])
    return items
  }
  const options = { send, coalesce, maxItems: 2, perOperation: false }
  const batcher = new Batcher(new PendingCalls(outcome), options)
  const add = (key: string) => batcher.add([key], 0, new Deadline(MINUTE))
  await Promise.all(['a', 'b', 'c', 'a'].map(add))
  expect(trips).toEqual(expected)
})
