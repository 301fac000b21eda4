import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { corruptRecord, decodeOnce, decodeRecord, encodeRecord } from '../src/adapter.ts'
import { keyOf, recordOf } from './map-repository.ts'

function counting() {
  const decoded: string[] = []
  const decode = decodeOnce((key, text) => {
    decoded.push(`${key} ${text}`)
    return { ...corruptRecord(key, 'etag'), groups: [text] }
  })
  return { decode, decoded }
}

test('a text is decoded once, as long as it is the last one under its key', () => {
  const { decode, decoded } = counting()
  expect(decode('a', '1')).toBe(decode('a', '1'))
  expect(decode('a', '2').groups).toEqual(['2'])
  expect(decode('a', '1').groups).toEqual(['1'])
  expect(decoded).toEqual(['a 1', 'a 2', 'a 1'])
})

test('the same text under another key is another record', () => {
  const { decode } = counting()
  expect([decode('a', '1').key, decode('b', '1').key]).toEqual(['a', 'b'])
})

test('a record that several reads share is frozen', () => {
  const { decode } = counting()
  const record = decode('a', '1')
  expect(() => Object.assign(record, { state: 'revoked' })).toThrow(TypeError)
  expect(() => (record.groups as string[]).push('g')).toThrow(TypeError)
})

test('a text of any length is decoded, and a long one is not remembered', () => {
  const { decode, decoded } = counting()
  const long = 'x'.repeat(1_025)
  expect(decode('a', long).groups).toEqual([long])
  expect(decode('a', long).groups).toEqual([long])
  expect(decoded).toHaveLength(2)
})

test('thousands of keys are remembered, and not all of them', () => {
  const { decode, decoded } = counting()
  for (let round = 0; round < 2; round++) for (let n = 0; n < 4_000; n++) decode(`${n}`, 'same')
  expect(decoded).toHaveLength(4_000)
  for (let n = 4_000; n < 13_000; n++) decode(`${n}`, 'same')
  decode('0', 'same')
  expect(decoded).toHaveLength(13_001)
})

test('the reply that a record was cut out of is not kept in memory', () => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const line = encodeRecord(recordOf(1))
  const before = heapAfter(collect)
  const kept = []
  for (let n = 0; n < 500; n++) {
    const reply = `${'x'.repeat(1_000_000)}${n} ${line}`
    kept.push(decodeRecord(keyOf(n), reply.slice(-line.length)))
  }
  // Replies of 500 MB in all.
  expect(heapAfter(collect) - before).toBeLessThan(100_000_000)
  expect(kept).not.toContain(null)
})

function heapAfter(collect: () => void): number {
  collect()
  return process.memoryUsage().heapUsed
}
