import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Deadline } from '../src/store/deadline.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const wait = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms))

async function left(deadline: Deadline): Promise<number> {
  return await deadline.run(async (ms) => ms)
}

test('what is waited for is spent, and nothing else', async () => {
  const deadline = new Deadline(1_000)
  const waiting = deadline.run(() => wait(300))
  await vi.advanceTimersByTimeAsync(300)
  await waiting
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await left(deadline)).toBe(700)
})

test('two calls side by side take their time once', async () => {
  const deadline = new Deadline(1_000)
  const first = deadline.run(() => wait(400))
  await vi.advanceTimersByTimeAsync(100)
  const second = deadline.run(() => wait(600))
  await vi.advanceTimersByTimeAsync(600)
  await Promise.all([first, second])
  expect(await left(deadline)).toBe(300)
})

test('what fails is counted, too', async () => {
  const deadline = new Deadline(1_000)
  const failing = deadline.run(async () => {
    await wait(1_200)
    throw new Error('late')
  })
  failing.catch(() => undefined)
  await vi.advanceTimersByTimeAsync(1_200)
  await expect(failing).rejects.toThrow('late')
  expect(deadline.expired).toBe(true)
  expect(await left(deadline)).toBe(0)
})
