import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { afterDeadline, afterThisTurn, nextTurn, pause } from '../src/store/timeout.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('a deadline that is past already ends in the next turns, without a warning', async () => {
  const warnings: Error[] = []
  const listen = (warning: Error) => void warnings.push(warning)
  process.on('warning', listen)
  onTestFinished(() => void process.off('warning', listen))
  await new Promise<void>((resolve) => void afterDeadline(-1, resolve))
  expect(warnings).toEqual([])
})

test('a deadline that is cancelled leaves no timer', () => {
  vi.useFakeTimers()
  afterDeadline(1_000, () => {})()
  expect(vi.getTimerCount()).toBe(0)
})

test('a deadline ends after its time and one more turn', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const turns: (() => void)[] = []
  vi.stubGlobal('setImmediate', (task: () => void) => void turns.push(task))
  const [task, paused] = [vi.fn(), vi.fn()]
  afterDeadline(50, task)
  void pause(50).then(paused)
  vi.advanceTimersByTime(49)
  expect(turns).toHaveLength(0)
  vi.advanceTimersByTime(1)
  expect(task).not.toHaveBeenCalled()
  for (const run of turns) run()
  await Promise.resolve()
  expect(task).toHaveBeenCalledTimes(1)
  expect(paused).toHaveBeenCalledTimes(1)
})

test('on a host with setImmediate a turn takes no timer', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.stubGlobal('setImmediate', vi.fn())
  afterThisTurn(() => {})
  expect(vi.getTimerCount()).toBe(0)
})

test('on a host without setImmediate a turn is one of its timers', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.stubGlobal('setImmediate', undefined)
  const [task, later] = [vi.fn(), vi.fn()]
  afterThisTurn(task)
  void nextTurn().then(later)
  expect(task).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(task).toHaveBeenCalledTimes(1)
  expect(later).toHaveBeenCalledTimes(1)
})
