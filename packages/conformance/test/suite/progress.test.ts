import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Progress } from '../../src/suite/progress.ts'
import { Run } from '../../src/suite/run.ts'
import { FakeRunner } from '../fake-runner.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a long run reports its progress at the interval, until its end', () => {
  const lines: string[] = []
  const progress = new Progress(3, 10_000, (line) => lines.push(line))
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
  const progress = new Progress(1, 10_000, tell)
  vi.advanceTimersByTime(60_000)
  progress.begins('quick')
  vi.advanceTimersByTime(9_000)
  progress.end()
  expect(tell).not.toHaveBeenCalled()
})

test.each([
  { full: false, interval: 60_000 },
  { full: true, interval: 10_000 },
])('with full = $full, a run reports every $interval ms', async ({ full, interval }) => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const entry = { name: 'later', level: 'adapter', catches: '', notRun: '' } as const
  const options = {
    runner: new FakeRunner(),
    server: vi.fn(),
    repository: new URL('file:///none'),
    full,
  }
  await new Run(options, [entry]).runEntry(entry, { skip: () => undefined })
  vi.advanceTimersByTime(interval - 1)
  expect(write).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(write).toHaveBeenCalledOnce()
  write.mockRestore()
})
