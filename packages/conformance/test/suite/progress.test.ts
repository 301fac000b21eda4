import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Progress } from '../../src/suite/progress.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a long run reports its progress every ten seconds, until its end', () => {
  const lines: string[] = []
  const progress = new Progress(3, (line) => lines.push(line))
  progress.begins('quick')
  vi.advanceTimersByTime(4_000)
  progress.begins('slow')
  vi.advanceTimersByTime(20_000)
  expect(lines).toEqual([
    'conformance: slow since 6 s (case 2 of 3)',
    'conformance: slow since 16 s (case 2 of 3)',
  ])
  progress.end()
  vi.advanceTimersByTime(60_000)
  expect(lines).toHaveLength(2)
})

test('a run without a case, or with fast ones only, prints nothing', () => {
  const tell = vi.fn()
  const progress = new Progress(1, tell)
  vi.advanceTimersByTime(60_000)
  progress.begins('quick')
  vi.advanceTimersByTime(9_000)
  progress.end()
  expect(tell).not.toHaveBeenCalled()
})
