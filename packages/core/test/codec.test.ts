import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRecord, encodeRecord, type StoredRecord } from '../src/adapter.ts'
import { encodeBody } from '../src/records/make-record.ts'
import { assertReadable } from '../src/records/readable.ts'
import { keyOf, recordOf } from './map-repository.ts'

const hex = fc.stringMatching(/^[\w-]{24}$/)
const records: fc.Arbitrary<StoredRecord> = fc.record({
  key: hex,
  kind: fc.constantFrom('root', 'cutoff', 'session', 'token'),
  state: fc.constantFrom('active', 'consumed', 'revoked'),
  etag: fc.stringMatching(/^[\w-]{22}$/),
  createdAt: fc.nat({ max: 8_640_000_000_000_000 }),
  expiresAt: fc.nat({ max: 8_640_000_000_000_000 }),
  retainUntil: fc.nat({ max: 8_640_000_000_000_000 }),
  groups: fc.array(
    hex.map((key) => `s${key}`),
    { maxLength: 5 },
  ),
  body: fc.stringMatching(/^[ -~]*$/),
})

test('every record is encoded as one line of printable ASCII, and decoded unchanged', () => {
  fc.assert(
    fc.property(records, (record) => {
      const text = encodeRecord(record)
      expect(text).toMatch(/^[ -~]+$/)
      expect(decodeRecord(record.key, text)).toEqual(record)
    }),
  )
})

const text = encodeRecord(recordOf(1, { groups: ['a'] }))

test.each([
  ['an empty text', ''],
  ['another version', text.replace(/^3/, '2')],
  ['an unknown kind', text.replace('3 t', '3 x')],
  ['an unknown state', text.replace('3 t a', '3 t x')],
  ['a negative time', text.replace('1900000000000', '-1')],
  ['a cut line', text.slice(0, 30)],
  ['a line break', `${text}\n`],
  ['a character that is not ASCII', `${text}é`],
])('%s is not decoded as a record', (_, corrupt) => {
  expect(corrupt).not.toBe(text)
  expect(decodeRecord(keyOf(1), corrupt)).toBeNull()
})

// Any UTF-16 code units, including lone surrogates.
const anyText = fc
  .array(fc.nat({ max: 0xffff }))
  .map((units) => units.map((unit) => String.fromCharCode(unit)).join(''))

test('a note survives encoding with every code unit', () => {
  const units = Array.from({ length: 0x300 }, (_, unit) => unit)
  for (const unit of [...units, 0x2028, 0x2029, 0xd800, 0xdfff, 0xfeff, 0xffff]) {
    const reason = `lost ${String.fromCharCode(unit)} phone`
    const record = recordOf(1, { body: encodeBody({ reason }) })
    expect(decodeRecord(record.key, encodeRecord(record)), `U+${unit.toString(16)}`).toEqual(record)
    expect(JSON.parse(record.body)).toEqual({ reason })
  }
})

test('bodies are printable ASCII, whatever their text is', () => {
  fc.assert(
    fc.property(anyText, (reason) => {
      const body = encodeBody({ reason })
      expect(body).toMatch(/^[ -~]*$/)
      expect(JSON.parse(body)).toEqual({ reason })
    }),
  )
})

// A record with one wrong field.
const wrongRecords: fc.Arbitrary<StoredRecord> = fc
  .oneof(
    fc.record({
      etag: fc.oneof(anyText, fc.constantFrom('', ' ', 'a b', 'é', '\x7f', 'x'.repeat(65))),
    }),
    fc.record({ body: fc.oneof(anyText, fc.constant('{"id":"\x7f"}'), fc.constant('{"id":"x"}')) }),
    fc.record({ expiresAt: fc.oneof(fc.double(), fc.integer(), fc.constantFrom(1e16, 0, -1)) }),
    fc.record({ retainUntil: fc.oneof(fc.double(), fc.integer()) }),
    fc.record({ groups: fc.array(fc.oneof(hex, anyText), { maxLength: 3 }) }),
  )
  .map((fields) => ({ ...recordOf(1), ...fields }))

test('core sends no record that the codec cannot encode', () => {
  let sent = 0
  fc.assert(
    fc.property(wrongRecords, (record) => {
      try {
        assertReadable(record)
      } catch {
        return
      }
      sent++
      // As text: -0 is written as 0, which is the same time.
      const back = decodeRecord(record.key, encodeRecord(record))
      expect(JSON.stringify(back)).toBe(JSON.stringify({ ...record }))
    }),
    { numRuns: 2_000 },
  )
  expect(sent).toBeGreaterThan(100)
})
