import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fairTimeout, holdUp } from '../../src/harness/timeouts.ts'

vi.mock('node:fs', () => ({ readFileSync: vi.fn() }))
vi.mock('node:os', () => ({ availableParallelism: () => 2, loadavg: vi.fn(() => [8, 1, 1]) }))

const runs = (runnable: number) => {
  vi.mocked(readFileSync).mockReturnValue(`20.00 9.00 5.00 ${runnable}/512 26103\n`)
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  if (vi.isFakeTimers()) vi.runOnlyPendingTimers()
  vi.useRealTimers()
})

/** @returns after how many ms it fired */
function takes(ms: number): number {
  const signal = fairTimeout(ms)
  for (let passed = 0; ; passed += 25) {
    if (signal.aborted) return passed
    vi.advanceTimersByTime(25)
  }
}

test('on an idle machine it takes its time', () => {
  runs(1)
  expect(takes(1_000)).toBe(1_025)
})

test('with four times as many runnable processes as cores it takes four times as long', () => {
  runs(8)
  expect(takes(1_000)).toBe(4_100)
})

test('it always ends', () => {
  runs(10_000)
  expect(takes(100)).toBe(2_500)
})

test('where the system does not report runnable processes, the load of the last minute counts', () => {
  vi.mocked(readFileSync).mockImplementation(() => {
    throw new Error('ENOENT')
  })
  expect(takes(1_000)).toBe(4_100)
})

test('each of many ends at its own time', () => {
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
test('a blocked process counts one step, however long it is blocked', () => {
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

test.each([
  { runnable: 1, lastMinute: 1, expected: 1 },
  { runnable: 8, lastMinute: 8, expected: 1 },
  { runnable: 24, lastMinute: 8, expected: 3 },
  { runnable: 1, lastMinute: 40, expected: 5 },
  { runnable: 10_000, lastMinute: 1, expected: 20 },
])(
  'with $runnable runnable processes, $lastMinute in the last minute, a deadline is $expected times as long',
  ({ runnable, lastMinute, expected }) => {
    runs(runnable)
    vi.mocked(loadavg).mockReturnValueOnce([lastMinute, 1, 1])
    expect(holdUp()).toBe(expected)
  },
)
