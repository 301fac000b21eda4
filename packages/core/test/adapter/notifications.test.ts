import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepSubscribed, raceAbort, type SubscriptionOptions } from '../../src/adapter.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

interface Attempt {
  readonly signal: AbortSignal
  onSubscribed(): void
  fail(error: Error): void
}

/** A server whose subscriptions the test begins and breaks. */
function server() {
  const attempts: Attempt[] = []
  const closing = new AbortController()
  const options: SubscriptionOptions = {
    subscribe(signal, onSubscribed) {
      const { promise, reject } = Promise.withResolvers<never>()
      attempts.push({ signal, onSubscribed, fail: reject })
      return raceAbort(promise, signal)
    },
    closing: closing.signal,
    startTimeoutMs: 20_000,
    reconnectTimeoutMs: 5_000,
    noAnswer: (ms) => new Error(`no answer within ${ms} ms`),
  }
  return { attempts, closing, options }
}

async function subscribed() {
  const { attempts, closing, options } = server()
  const subscription = keepSubscribed(options)
  attempts[0]?.onSubscribed()
  return { attempts, closing, stop: await subscription }
}

test('rejects with what the first attempt failed with, and tries no more', async () => {
  const { attempts, options } = server()
  const subscription = keepSubscribed(options)
  attempts[0]?.fail(new Error('refused'))
  await expect(subscription).rejects.toThrow('refused')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(attempts).toHaveLength(1)
})

test('rejects when the first attempt takes too long', async () => {
  const { options } = server()
  const subscription = expect(keepSubscribed(options)).rejects.toThrow('no answer within 20000 ms')
  await vi.advanceTimersByTimeAsync(20_000)
  await subscription
})

test('has no time limit once subscribed', async () => {
  const { attempts } = await subscribed()
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(attempts.map(({ signal }) => signal.aborted)).toEqual([false])
})

test('subscribes again after it breaks, however often', async () => {
  const { attempts } = await subscribed()
  attempts[0]?.fail(new Error('broken'))
  await vi.advanceTimersByTimeAsync(250)
  attempts[1]?.fail(new Error('refused'))
  await vi.advanceTimersByTimeAsync(250)
  // This one is silent, and is given up.
  await vi.advanceTimersByTimeAsync(5_000 + 250)
  expect(attempts).toHaveLength(4)
})

test('stop() ends it, also between two attempts', async () => {
  const first = await subscribed()
  await first.stop()
  expect(first.attempts[0]?.signal.aborted).toBe(true)
  const second = await subscribed()
  second.attempts[0]?.fail(new Error('broken'))
  await vi.advanceTimersByTimeAsync(0)
  await second.stop()
  await vi.advanceTimersByTimeAsync(60_000)
  expect([first, second].map(({ attempts }) => attempts.length)).toEqual([1, 1])
})

test('ends when the repository closes', async () => {
  const { attempts, closing } = await subscribed()
  closing.abort(new Error('closed'))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(attempts).toHaveLength(1)
})

test('rejects when the repository closes before it is subscribed', async () => {
  const { closing, options } = server()
  const subscription = keepSubscribed(options)
  closing.abort(new Error('closed'))
  await expect(subscription).rejects.toThrow('closed')
})
