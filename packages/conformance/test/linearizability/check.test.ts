import { describe, expect, test } from 'vitest'
import { checkHistory, describeResult } from '../../src/linearizability/check.ts'
import { bad } from './bad-histories.ts'
import { good } from './good-histories.ts'
import { read, yes } from './operations.ts'

describe('a history that a correct store can produce', () => {
  for (const [name, operations] of Object.entries(good)) {
    test(name, () => {
      const result = checkHistory(operations)
      expect(result, describeResult(result)).toMatchObject({ linearizable: true })
    })
  }
})

describe('a history that no correct store can produce', () => {
  for (const [name, { invariant, operations }] of Object.entries(bad)) {
    test(name, () => {
      expect(checkHistory(operations)).toMatchObject({ linearizable: false, invariant })
    })
  }
})

test('there are at least twenty of each', () => {
  expect(Object.keys(good).length).toBeGreaterThanOrEqual(20)
  expect(Object.keys(bad).length).toBeGreaterThanOrEqual(20)
})

test('the order of the lines of a history has no meaning', () => {
  for (const operations of Object.values(good)) {
    expect(checkHistory(operations.toReversed())).toMatchObject({ linearizable: true })
  }
  for (const { operations, invariant } of Object.values(bad)) {
    expect(checkHistory(operations.toReversed())).toMatchObject({ linearizable: false, invariant })
  }
})

test('a history may begin with a record', () => {
  const operations = [read(0, 1, 'a'), yes(2, 3, 'a', 'b'), read(4, 5, 'b')]
  expect(checkHistory(operations, { initial: 'a' }).linearizable).toBe(true)
  expect(checkHistory(operations).linearizable).toBe(false)
  expect(checkHistory([read(0, 1, null)], { initial: 'a' }).linearizable).toBe(false)
})
