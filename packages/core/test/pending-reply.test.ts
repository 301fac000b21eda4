import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Deadline } from '../src/store/deadline.ts'
import { PendingCalls } from '../src/store/pending-calls.ts'
import { PendingReply } from '../src/store/pending-reply.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** A reply, how each who waits for it ends, and after how many ms. */
function observed() {
  const outcome = {
    answered: vi.fn(),
    failed: vi.fn((cause: unknown): unknown => new Error('failed', { cause })),
    timedOut: vi.fn(() => new Error('late')),
  }
  const abandoned = vi.fn()
  const reply = new PendingReply<string>(outcome, abandoned)
  const ends: [end: string, afterMs: number][] = []
  const began = performance.now()
  const note = (end: string) => void ends.push([end, Math.floor(performance.now() - began)])
  const wait = (deadline: Deadline) =>
    void reply.wait(deadline).then(note, (error: Error) => note(error.message))
  return { outcome, abandoned, reply, ends, wait }
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

test('a reply ends the waiting of all, is reported once, and leaves no timer', async () => {
  const { outcome, abandoned, reply, ends, wait } = observed()
  for (const ms of [10, 10, 30]) wait(new Deadline(ms))
  reply.resolve('yes')
  await pass(0)
  expect(ends.map(([end]) => end)).toEqual(['yes', 'yes', 'yes'])
  expect(outcome.answered).toHaveBeenCalledTimes(1)
  expect(vi.getTimerCount()).toBe(0)
  await pass(60)
  expect(outcome.timedOut).not.toHaveBeenCalled()
  expect(abandoned).not.toHaveBeenCalled()
})

test('a failure ends the waiting of all, is reported once, and leaves no timer', async () => {
  const { outcome, abandoned, reply, ends, wait } = observed()
  for (const ms of [10, 30]) wait(new Deadline(ms))
  reply.reject(new Error('reset'))
  await pass(0)
  expect(ends.map(([end]) => end)).toEqual(['failed', 'failed'])
  expect(outcome.failed).toHaveBeenCalledTimes(1)
  expect(vi.getTimerCount()).toBe(0)
  expect(abandoned).not.toHaveBeenCalled()
})

test('what comes when no call waits any more is not reported', async () => {
  const { outcome, reply, ends, wait } = observed()
  wait(new Deadline(5))
  await pass(20)
  reply.resolve('yes')
  reply.reject(new Error('reset'))
  expect(ends.map(([end]) => end)).toEqual(['late'])
  expect(outcome.answered).not.toHaveBeenCalled()
  expect(outcome.failed).not.toHaveBeenCalled()
})

test('without an outcome for it a failure is the error of its cause', async () => {
  const reply = new PendingReply<string>({ timedOut: () => new Error('late') }, () => {})
  const [cause, failed, answered] = [new Error('reset'), vi.fn(), vi.fn()]
  void reply.wait(new Deadline(10)).catch(failed)
  reply.reject(cause)
  void reply.wait(new Deadline(10)).then(answered)
  reply.resolve('yes')
  await pass(0)
  expect(failed).toHaveBeenCalledWith(cause)
  expect(answered).toHaveBeenCalledWith('yes')
})

test('those who wait until the same instant share one timer', () => {
  const { wait } = observed()
  const set = vi.spyOn(globalThis, 'setTimeout')
  for (const ms of [10, 10.5, 9.5]) wait(new Deadline(ms))
  expect(set).toHaveBeenCalledTimes(1)
})

test('only the timer of the earliest deadline is kept', async () => {
  const { ends, wait } = observed()
  for (const ms of [60, 10, 90, 30]) wait(new Deadline(ms))
  expect(vi.getTimerCount()).toBe(1)
  await pass(20)
  expect(ends.map(([end]) => end)).toEqual(['late'])
  expect(vi.getTimerCount()).toBe(1)
  await pass(100)
  expect(ends.map(([, afterMs]) => Math.round(afterMs / 10))).toEqual([1, 3, 6, 9])
  expect(vi.getTimerCount()).toBe(0)
})

test('a deadline that is a millisecond earlier is not passed for the sake of a later one', async () => {
  const { ends, wait } = observed()
  for (const ms of [20, 19]) wait(new Deadline(ms))
  const { ends: alone, wait: waitAlone } = observed()
  waitAlone(new Deadline(19))
  await pass(40)
  expect(ends[0]).toEqual(alone[0])
})

test('a timer that fires a millisecond early ends the waiting', async () => {
  const { ends, wait } = observed()
  wait(new Deadline(20))
  const fired = performance.now() + 19
  vi.spyOn(performance, 'now').mockImplementation(() => fired)
  await pass(21)
  expect(ends.map(([end]) => end)).toEqual(['late'])
})

test('a timer that fires too early is set again, and nothing is late yet', async () => {
  const { outcome, abandoned, ends, wait } = observed()
  wait(new Deadline(20))
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() - 10)
  await pass(22)
  expect(outcome.timedOut).not.toHaveBeenCalled()
  expect(abandoned).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(1)
  await pass(20)
  expect(ends.map(([end]) => end)).toEqual(['late'])
  expect(abandoned).toHaveBeenCalledTimes(1)
})

test('a reply is waited for until the latest deadline, or until 0 if no call waits', async () => {
  const { reply, wait } = observed()
  expect(reply.until).toBe(0)
  const began = performance.now()
  for (const ms of [20, 60, 40]) wait(new Deadline(ms))
  expect(reply.until).toBe(began + 60)
  reply.resolve('yes')
  expect(reply.until).toBe(0)
  await pass(0)
})

test('a reply names the deadlines of those who still wait, and their time is counted until it ends', async () => {
  const { reply, wait } = observed()
  const [first, second] = [new Deadline(10), new Deadline(60)]
  wait(first)
  wait(second)
  expect(reply.deadlines).toEqual([first, second])
  await pass(30)
  expect(reply.deadlines).toEqual([second])
  expect(first.expired).toBe(true)
  reply.resolve('yes')
  await pass(500)
  expect(second.start(0)).toBe(30)
})

test('a reply that is closed rejects all who wait or will wait with that error, and is abandoned', async () => {
  const { outcome, abandoned, reply, ends, wait } = observed()
  wait(new Deadline(10))
  reply.close(new Error('closed'))
  wait(new Deadline(10))
  await pass(0)
  expect(ends.map(([end]) => end)).toEqual(['closed', 'closed'])
  expect(abandoned).toHaveBeenCalledTimes(1)
  expect(vi.getTimerCount()).toBe(0)
  expect(outcome.failed).not.toHaveBeenCalled()
})

test('a request receives the ms that remain, and its signal is aborted when its caller gives up', async () => {
  const calls = new PendingCalls({ timedOut: () => new Error('late') })
  const deadline = new Deadline(50)
  const request = vi.fn((_ms: number, _signal: AbortSignal) => new Promise<void>(() => {}))
  await deadline.run(() => pass(20))
  void calls.call(deadline, request).catch(() => {})
  const [ms, signal] = request.mock.calls[0] ?? []
  expect([ms, signal?.aborted]).toEqual([30, false])
  await pass(40)
  expect(signal?.aborted).toBe(true)
})

test('closing aborts what is under way once, and nothing that has ended', async () => {
  const calls = new PendingCalls({ timedOut: () => new Error('late') })
  const [answered, failed, waiting] = [vi.fn(), vi.fn(), vi.fn()]
  const replies = [answered, failed, waiting].map((abandoned) => calls.open<void>(abandoned))
  const ends: string[] = []
  const note = (end: unknown) => void ends.push(String(end))
  for (const reply of replies) void reply.wait(new Deadline(60)).then(note, note)
  const requests = [
    async () => {},
    () => Promise.reject(new Error('reset')),
    () => new Promise<void>(() => {}),
  ]
  for (const [i, reply] of replies.entries()) void calls.send(reply, requests[i] as never)
  await pass(0)
  calls.close(new Error('closed'))
  calls.close(new Error('closed again'))
  await pass(0)
  expect(ends).toEqual(['undefined', 'Error: reset', 'Error: closed'])
  expect([answered, failed, waiting].map(({ mock }) => mock.calls.length)).toEqual([0, 0, 1])
})
