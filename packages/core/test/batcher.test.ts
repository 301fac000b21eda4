import { expect, test } from 'vitest'
import { Batcher } from '../src/store/batcher.ts'

/** Returns the items that it is sent, and records which keys were sent together. */
function echo(coalesce: boolean) {
  const trips: string[][] = []
  const batcher = new Batcher<unknown, unknown>(
    async (items) => {
      trips.push([...items.keys()])
      return items
    },
    { coalesce },
  )
  const add = (key: string, value = 0) =>
    batcher.add([[key, value]], performance.now() + 1000).then((replies) => replies.get(key))
  return { batcher, add, trips }
}

test('the reads of one turn share one round trip, and equal keys are read once', async () => {
  const { add, trips } = echo(true)
  await Promise.all([add('a'), add('b'), add('a')])
  expect(trips).toEqual([['a', 'b']])
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
  const batcher = new Batcher<null, number>(
    async (items) => {
      trips += 1
      const mine = trips
      sent.resolve()
      await gate.promise
      return new Map([...items.keys()].map((key) => [key, mine]))
    },
    { coalesce: true },
  )
  const until = performance.now() + 1000
  const first = batcher.add([['a', null]], until)
  await sent.promise
  const second = batcher.add([['a', null]], until)
  gate.resolve()
  expect([(await first).get('a'), (await second).get('a')]).toEqual([1, 2])
})

test('an item that is withdrawn in time is not sent, and the other items are', async () => {
  const { batcher, trips } = echo(false)
  const until = performance.now() + 1000
  const items = [{}, {}, {}] as const
  void batcher.add([['a', items[0]]], until)
  const other = batcher.add([['b', items[1]]], until)
  void batcher.add([['a', items[2]]], until)
  batcher.withdraw('a', items[0])
  batcher.withdraw('a', items[2])
  batcher.withdraw('b', items[2])
  await other
  expect(trips).toEqual([['b']])
})

test('a batch holds at most 256 keys', async () => {
  const { add, trips } = echo(true)
  await Promise.all(Array.from({ length: 257 }, (_, i) => add(String(i))))
  expect(trips.map((keys) => keys.length)).toEqual([256, 1])
})

test('a failure rejects the calls of its batch, and no later ones', async () => {
  let trips = 0
  const batcher = new Batcher<number, number>(
    async (items) => {
      trips += 1
      if (trips === 1) throw new Error('down')
      return items
    },
    { coalesce: true },
  )
  const add = (key: string) => batcher.add([[key, 0]], performance.now() + 1000)
  const settled = await Promise.allSettled([add('a'), add('b')])
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect((await add('a')).get('a')).toBe(0)
})

test('the signal fires at the latest deadline of the batch', async () => {
  const aborted = Promise.withResolvers<number>()
  const batcher = new Batcher<null, null>(
    (_, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted.resolve(performance.now())
          reject(signal.reason)
        })
      }),
    { coalesce: true },
  )
  const now = performance.now()
  const waiting = [batcher.add([['a', null]], now + 5), batcher.add([['b', null]], now + 60)]
  const settled = await Promise.allSettled(waiting)
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  // Timers may fire a millisecond early.
  expect((await aborted.promise) - now).toBeGreaterThan(50)
})
