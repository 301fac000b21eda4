import { describe, expect, test } from 'vitest'
import { describeVerdict, judgeHistory } from '../../src/linearizability/check.ts'
import { bad } from './bad-histories.ts'
import { good } from './good-histories.ts'
import { read, yes } from './operations.ts'

describe('a history that a right store can give', () => {
  for (const [name, operations] of Object.entries(good)) {
    test(name, () => {
      const verdict = judgeHistory(operations)
      expect(verdict, describeVerdict(verdict)).toMatchObject({ linearizable: true })
    })
  }
})

describe('a history that no right store can give', () => {
  for (const [name, { invariant, operations }] of Object.entries(bad)) {
    test(name, () => {
      expect(judgeHistory(operations)).toMatchObject({ linearizable: false, invariant })
    })
  }
})

test('there are at least twenty of each', () => {
  expect(Object.keys(good).length).toBeGreaterThanOrEqual(20)
  expect(Object.keys(bad).length).toBeGreaterThanOrEqual(20)
})

test('the order of the lines of a history means nothing', () => {
  for (const operations of Object.values(good)) {
    expect(judgeHistory(operations.toReversed())).toMatchObject({ linearizable: true })
  }
  for (const { operations, invariant } of Object.values(bad)) {
    expect(judgeHistory(operations.toReversed())).toMatchObject({ linearizable: false, invariant })
  }
})

test('a history may begin with something', () => {
  const operations = [read(0, 1, 'a'), yes(2, 3, 'a', 'b'), read(4, 5, 'b')]
  expect(judgeHistory(operations, { initial: 'a' }).linearizable).toBe(true)
  expect(judgeHistory(operations).linearizable).toBe(false)
  expect(judgeHistory([read(0, 1, null)], { initial: 'a' }).linearizable).toBe(false)
})
