import { expect, test } from 'vitest'
import { Batcher } from '../src/store/batcher.ts'

/** Echoes what it is asked, and remembers which keys travelled together. */
function echo(coalesce: boolean) {
  const trips: string[][] = []
  const batcher = new Batcher<unknown, unknown>(
    async (items) => {
      trips.push([...items.keys()])
      return items
    },
    { coalesce },
  )
  const ask = (key: string, value = 0) =>
    batcher.add([[key, value]], performance.now() + 1000).then((answers) => answers.get(key))
  return { batcher, ask, trips }
}

test('what one turn asks is one round trip; equal reads are asked once', async () => {
  const { ask, trips } = echo(true)
  await Promise.all([ask('a'), ask('b'), ask('a')])
  expect(trips).toEqual([['a', 'b']])
})

test('equal writes never meet in one batch, and each gets its own answer', async () => {
  const { ask, trips } = echo(false)
  expect(await Promise.all([ask('a', 1), ask('b', 2), ask('a', 3)])).toEqual([1, 2, 3])
  expect(trips).toEqual([['a', 'b'], ['a']])
})

test('whoever comes after a batch was sent is not given its answer', async () => {
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

test('what is withdrawn before it was sent stays at home, and its neighbours go', async () => {
  const { batcher, trips } = echo(false)
  const until = performance.now() + 1000
  const items = [{}, {}, {}] as const
  void batcher.add([['a', items[0]]], until)
  const neighbour = batcher.add([['b', items[1]]], until)
  void batcher.add([['a', items[2]]], until)
  batcher.withdraw('a', items[0])
  batcher.withdraw('a', items[2])
  batcher.withdraw('b', items[2])
  await neighbour
  expect(trips).toEqual([['b']])
})

test('a batch holds at most 256 keys', async () => {
  const { ask, trips } = echo(true)
  await Promise.all(Array.from({ length: 257 }, (_, i) => ask(String(i))))
  expect(trips.map((keys) => keys.length)).toEqual([256, 1])
})

test('a failure reaches all who asked in it, and nobody later', async () => {
  let trips = 0
  const batcher = new Batcher<number, number>(
    async (items) => {
      trips += 1
      if (trips === 1) throw new Error('down')
      return items
    },
    { coalesce: true },
  )
  const ask = (key: string) => batcher.add([[key, 0]], performance.now() + 1000)
  const settled = await Promise.allSettled([ask('a'), ask('b')])
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect((await ask('a')).get('a')).toBe(0)
})

test('the signal fires when the last who waits gives up', async () => {
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
