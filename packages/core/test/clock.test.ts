import { afterEach, expect, test, vi } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { createClock } from '../src/input/clock.ts'
import { ADA, instance } from './instance.ts'
import { mapRepository } from './map-repository.ts'

afterEach(() => void vi.useRealTimers())

test('the clock is read in whole ms', () => {
  expect(createClock(() => 1_800_000_000_000.75)()).toBe(1_800_000_000_000)
})

const wrong: readonly (readonly [string, () => unknown])[] = [
  ['NaN', () => Number.NaN],
  ['undefined', () => undefined],
  ['null', () => null],
  ['an ISO string', () => new Date().toISOString()],
  ['digits', () => String(Date.now())],
  ['a date', () => new Date()],
  ['a promise', async () => Date.now()],
  ['Infinity', () => Number.POSITIVE_INFINITY],
  ['-Infinity', () => Number.NEGATIVE_INFINITY],
  ['seconds', () => Math.floor(Date.now() / 1000)],
  ['microseconds', () => Date.now() * 1000],
  ['a bigint', () => BigInt(Date.now())],
  [
    'an error',
    () => {
      throw new Error('no clock')
    },
  ],
]

test.each(wrong)('createTokenward() rejects with a clock that returns %s', async (_, clock) => {
  const started = instance({ clock: clock as () => number })
  await expect(started).rejects.toMatchObject({ code: 'TOKENWARD_INVALID_INPUT', path: 'clock' })
})

test.each(wrong)('calls reject when the clock starts to return %s', async (_, clock) => {
  let read: () => unknown = () => Date.now()
  const { tokens } = await instance({ clock: () => read() as number })
  const { accessToken, refreshToken } = await tokens.issue(ADA)
  read = clock
  const calls = [
    () => tokens.verify(accessToken),
    () => tokens.rotate(refreshToken),
    () => tokens.consume(accessToken),
    () => tokens.issue(ADA),
    () => tokens.revoke({ everything: true }),
  ]
  for (const call of calls)
    await expect(call()).rejects.toMatchObject({ code: 'TOKENWARD_INVALID_INPUT', path: 'clock' })
  read = () => Date.now()
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
})

test('a clock with fractions of ms leads to records that can be decoded', async () => {
  const records = new Map<string, StoredRecord>()
  const clock = (): number => Date.now() + 0.123
  const { tokens } = await instance({ clock, repository: mapRepository(records) })
  await tokens.issue(ADA)
  await tokens.revoke({ everything: true })
  const { accessToken } = await tokens.issue(ADA)
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
  for (const { expiresAt, retainUntil } of records.values())
    expect([expiresAt, retainUntil].every(Number.isSafeInteger)).toBe(true)
})

test('Date.now is looked up at each call, because a test may replace Date', async () => {
  const read = createClock()
  const before = read()
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(before + 16 * 60_000)
  expect(read()).toBe(before + 16 * 60_000)
})
