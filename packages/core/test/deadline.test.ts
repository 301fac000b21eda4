import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Deadline } from '../src/store/deadline.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const wait = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms))

async function remainingMs(deadline: Deadline): Promise<number> {
  return await deadline.run(async (ms) => ms)
}

test('only the time of calls is counted', async () => {
  const deadline = new Deadline(1_000)
  const waiting = deadline.run(() => wait(300))
  await vi.advanceTimersByTimeAsync(300)
  await waiting
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await remainingMs(deadline)).toBe(700)
})

test('the time of concurrent calls is counted once', async () => {
  const deadline = new Deadline(1_000)
  const first = deadline.run(() => wait(400))
  await vi.advanceTimersByTimeAsync(100)
  const second = deadline.run(() => wait(600))
  await vi.advanceTimersByTimeAsync(600)
  await Promise.all([first, second])
  expect(await remainingMs(deadline)).toBe(300)
})

test('the time of a failed call is counted', async () => {
  const deadline = new Deadline(1_000)
  const failing = deadline.run(async () => {
    await wait(1_200)
    throw new Error('late')
  })
  failing.catch(() => undefined)
  await vi.advanceTimersByTimeAsync(1_200)
  await expect(failing).rejects.toThrow('late')
  expect(deadline.expired).toBe(true)
  expect(await remainingMs(deadline)).toBe(0)
})

test('a deadline with nothing left is expired, and is waited for no longer than now', () => {
  const deadline = new Deadline(100)
  expect([deadline.expired, deadline.start(1_000)]).toEqual([false, 1_100])
  deadline.stop(1_099)
  expect([deadline.expired, deadline.start(2_000)]).toEqual([false, 2_001])
  deadline.stop(2_001)
  expect([deadline.expired, deadline.start(3_000)]).toEqual([true, 3_000])
  deadline.stop(3_050)
  expect([deadline.expired, deadline.start(4_000)]).toEqual([true, 4_000])
})

test('work that may fail without harm has half of the time that is left', async () => {
  const deadline = new Deadline(1_000)
  await vi.advanceTimersByTimeAsync(10)
  const half = await deadline.runHalf(async (each) => {
    await vi.advanceTimersByTimeAsync(200)
    return each
  })
  expect(await remainingMs(half)).toBe(500)
  expect(await remainingMs(deadline)).toBe(800)
})
