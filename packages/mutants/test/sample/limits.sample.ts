// The tests of the sample: one value is missing, so two mutants survive.
import { beforeEach, describe, expect, test } from 'vitest'
import { firstPower, isWithin } from './limits.ts'

let limit = 0
beforeEach(() => {
  limit = 3
})

describe('isWithin', () => {
  test('accepts less', () => {
    expect(isWithin(2, limit)).toBe(true)
    limit = 100
  })
  test('refuses more', () => expect(isWithin(4, limit)).toBe(false))
})

test('firstPower is above', () => expect(firstPower(5)).toBe(8))
