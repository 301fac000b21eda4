import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { shifted, testClock } from '../../src/harness/clock.ts'
import { createRandom, seedFor } from '../../src/harness/random.ts'
import { watchUnhandledErrors } from '../../src/harness/unhandled-errors.ts'

test('a test clock only moves when it is moved', () => {
  const clock = testClock(1_000)
  const behind = shifted(clock, -10)
  clock.advance(5)
  expect([clock(), behind()]).toEqual([1_005, 995])
  clock.set(7)
  expect([clock(), behind()]).toEqual([7, -3])
})

test('the same seed makes the same choices, another seed others', () => {
  const choices = (seed: number) => {
    const random = createRandom(seed)
    return [random.next(), random.below(100), random.hex(16), random.shuffle([1, 2, 3, 4, 5])]
  }
  expect(choices(1)).toEqual(choices(1))
  expect(choices(1)).not.toEqual(choices(2))
  expect(seedFor(1, 'a')).not.toBe(seedFor(1, 'b'))
  expect(createRandom(3).shuffle([1, 2, 3]).toSorted()).toEqual([1, 2, 3])
})

test('unhandled errors are kept until the watch ends', () => {
  const host = new EventEmitter()
  const watch = watchUnhandledErrors(host)
  const [rejection, exception] = [new Error('one'), new Error('two')]
  host.emit('unhandledRejection', rejection)
  host.emit('uncaughtExceptionMonitor', exception)
  watch.stop()
  host.emit('unhandledRejection', new Error('three'))
  expect(watch.errors).toEqual([rejection, exception])
  expect(host.eventNames()).toEqual([])
})
