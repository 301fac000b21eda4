import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fairTimeout } from '../../src/harness/timeouts.ts'

vi.mock('node:fs', () => ({ readFileSync: vi.fn() }))
vi.mock('node:os', () => ({ availableParallelism: () => 2, loadavg: () => [8, 1, 1] }))

const runs = (runnable: number) => {
  vi.mocked(readFileSync).mockReturnValue(`20.00 9.00 5.00 ${runnable}/512 26103\n`)
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  if (vi.isFakeTimers()) vi.runOnlyPendingTimers()
  vi.useRealTimers()
})

/** @returns after how many ms it came */
function takes(ms: number): number {
  const signal = fairTimeout(ms)
  for (let passed = 0; ; passed += 25) {
    if (signal.aborted) return passed
    vi.advanceTimersByTime(25)
  }
}

test('on a quiet machine it is a time-out', () => {
  runs(1)
  expect(takes(1_000)).toBe(1_025)
})

test('where four times as many would run as there are cores, it takes four times as long', () => {
  runs(8)
  expect(takes(1_000)).toBe(4_100)
})

test('it comes at last', () => {
  runs(10_000)
  expect(takes(100)).toBe(2_500)
})

test('where the system does not tell who would run now, the load of the last minute counts', () => {
  vi.mocked(readFileSync).mockImplementation(() => {
    throw new Error('ENOENT')
  })
  expect(takes(1_000)).toBe(4_100)
})

test('many end each at their own time', () => {
  runs(2)
  const signals = [100, 200, 300].map(fairTimeout)
  const aborted = () => signals.map((signal) => signal.aborted)
  vi.advanceTimersByTime(125)
  expect(aborted()).toEqual([true, false, false])
  vi.advanceTimersByTime(100)
  expect(aborted()).toEqual([true, true, false])
  vi.advanceTimersByTime(100)
  expect(aborted()).toEqual([true, true, true])
})

// Last: it leaves a real timer behind.
test('a process that is held up counts one step, however long that is', () => {
  vi.useRealTimers()
  runs(1)
  const signal = fairTimeout(1_000)
  const end = performance.now() + 1_100
  while (performance.now() < end);
  return new Promise<void>((resolve) => {
    setTimeout(() => {
      expect(signal.aborted).toBe(false)
      resolve()
    }, 1)
  })
})
