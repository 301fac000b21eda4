import { afterEach, expect, test, vi } from 'vitest'
import { assertRetained, errorCode, noAnswer, withHelp } from '../../src/adapter.ts'

afterEach(() => void vi.useRealTimers())

test('withHelp() adds what to do, and keeps the error as the cause', () => {
  const error = new Error('connect ECONNREFUSED')
  expect(withHelp('Redis', error, 'start the server.')).toMatchObject({
    message: 'Redis: start the server.',
    cause: error,
  })
  expect(withHelp('Redis', error, undefined)).toBe(error)
})

test('errorCode() reads the code of an error alone', () => {
  expect(errorCode(Object.assign(new Error(), { code: 13 }))).toBe('13')
  const codeless = [
    new Error(),
    Object.assign(new Error(), { code: undefined }),
    { code: 13 },
    null,
  ]
  expect(codeless.map(errorCode)).toEqual(['', '', '', ''])
})

test('noAnswer() has the time and the last failure', () => {
  const cause = new Error('timeout')
  expect(noAnswer('MongoDB', 2_500, cause)).toMatchObject({
    message: expect.stringContaining('MongoDB: no answer within 2.5 s: check the address'),
    cause,
  })
})

test('assertRetained() refuses a record whose retention is over', () => {
  vi.useFakeTimers({ now: 1_000 })
  const record = {
    key: 'a',
    kind: 'token',
    state: 'active',
    etag: 'e',
    createdAt: 0,
    expiresAt: 0,
    groups: [],
    body: '',
  } as const
  expect(() => assertRetained({ ...record, retainUntil: 1_001 })).not.toThrow()
  expect(() => assertRetained({ ...record, retainUntil: 1_000 })).toThrow('is past')
})
