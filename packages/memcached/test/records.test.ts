import { describe, expect, test } from 'vitest'
import { expiryOf, fromValue, toValue } from '../src/records.ts'
import { record } from './support.ts'

const DAY = 86_400_000
const NOW = 1_800_000_000_500

describe('expiryOf(), in seconds', () => {
  test.each<[string, number, number]>([
    ['rounded up, and one second more', 1, 2],
    ['a whole second, and one second more', 1_000, 2],
    ['just above a second', 1_001, 3],
    ['a lifetime, up to 30 days', 30 * DAY - 1_000, 2_592_000],
    ['a date above 30 days', 30 * DAY, 1_802_592_002],
    ['the last date', 2 ** 31 * 1_000 - 2_000 - NOW, 2 ** 31 - 1],
    ['0 for a later date', 2 ** 31 * 1_000 - 1_000 - NOW, 0],
    ['0 for the latest Date', 8_640_000_000_000_000 - NOW, 0],
  ])('%s', (_, length, expiry) => {
    expect(expiryOf(NOW + length, NOW, 0)).toBe(expiry)
  })

  test('a date is corrected by the clock offset of the server', () => {
    expect(expiryOf(NOW + 31 * DAY, NOW, 90_000)).toBe(1_802_678_402 + 90)
    expect(expiryOf(NOW + 31 * DAY, NOW, -90_000)).toBe(1_802_678_402)
    expect(expiryOf(NOW + DAY, NOW, 90_000)).toBe(86_401)
  })
})

describe('values', () => {
  const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('')

  test.each([ascii, "$& $1 $$ $` $'", '%24 %25 %2524 $24 %', ''])(
    '%j is decoded unchanged',
    (body) => {
      const stored = record({ body, etag: '%24$&' })
      const value = toValue(stored)
      expect(value).not.toContain('$')
      expect(fromValue(stored.key, value)).toEqual(stored)
    },
  )

  test('a value has the fields of a record in one line, the body last', () => {
    const fields = { etag: 'e', createdAt: 1, expiresAt: 2, retainUntil: 3, groups: ['g', 'h'] }
    expect(toValue(record({ ...fields, body: '{"a": "%"}' }))).toBe(
      '3 t a e 1 2 3 g,h {"a": "%25"}',
    )
  })

  test.each(['a\r\nset b 0 0 1\r\n1', 'é', '\0'])('%j is refused', (body) => {
    expect(() => toValue(record({ body }))).toThrow('printable ASCII')
  })

  test.each<unknown>([7, { a: 1 }, Buffer.from('3 t a'), '1 t a etag 1 2  {}', 'corrupt', ''])(
    '%j is a corrupt record',
    (value) => {
      expect(fromValue('k', value)).toMatchObject({ key: 'k', kind: 'corrupt' })
    },
  )
})
