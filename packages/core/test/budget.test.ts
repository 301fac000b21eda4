import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Budget } from '../src/store/budget.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const wait = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms))

async function left(budget: Budget): Promise<number> {
  return await budget.spend(async (ms) => ms)
}

test('what is waited for is spent, and nothing else', async () => {
  const budget = new Budget(1_000)
  const waiting = budget.spend(() => wait(300))
  await vi.advanceTimersByTimeAsync(300)
  await waiting
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await left(budget)).toBe(700)
})

test('two calls side by side take their time once', async () => {
  const budget = new Budget(1_000)
  const first = budget.spend(() => wait(400))
  await vi.advanceTimersByTimeAsync(100)
  const second = budget.spend(() => wait(600))
  await vi.advanceTimersByTimeAsync(600)
  await Promise.all([first, second])
  expect(await left(budget)).toBe(300)
})

test('what fails is counted, too', async () => {
  const budget = new Budget(1_000)
  const failing = budget.spend(async () => {
    await wait(1_200)
    throw new Error('late')
  })
  failing.catch(() => undefined)
  await vi.advanceTimersByTimeAsync(1_200)
  await expect(failing).rejects.toThrow('late')
  expect(budget.spent).toBe(true)
  expect(await left(budget)).toBe(0)
})
