import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { sqlite } from '../src/index.ts'
import { newFile } from './support.ts'

/** What a caller without types, or with a variable that is not set, may pass. */
const untyped = sqlite as unknown as (...values: readonly unknown[]) => unknown

const none = (): void => undefined
const METHODS = { prepare: none, exec: none, close: none }

describe('sqlite() throws', () => {
  test.each([
    ['database', [undefined]],
    ['database', [null]],
    ['database', ['']],
    ['database', ['a\0b']],
    ['database', [1]],
    ['database', [new URL('file:///tokens.db')]],
    ['database', [{}]],
    ['database', [{ prepare: none }]],
    ['database', [{ ...METHODS, parallelize: none }]],
    ['options', ['tokens.db', null]],
    ['options', ['tokens.db', 'default']],
    ['namespace', ['tokens.db', { namespace: '' }]],
    ['namespace', ['tokens.db', { namespace: 7 }]],
    ['namespace', ['tokens.db', { namespace: '\ud800' }]],
    ['namespace', ['tokens.db', { namespace: 'n'.repeat(1025) }]],
    ['namspace', ['tokens.db', { namspace: 'n' }]],
    ['assume', ['tokens.db', { assume: 'durable' }]],
    ['assume.durability', ['tokens.db', { assume: { durability: 'for ever' } }]],
    ['assume.shared', ['tokens.db', { assume: { shared: true } }]],
  ])('%s: %j', (path, values) => {
    expect(() => untyped(...values)).toThrow(
      expect.objectContaining({ code: 'TOKENWARD_INVALID_INPUT', path, retryable: false }),
    )
  })
})

test('sqlite() accepts valid arguments, and touches no file', () => {
  const file = newFile()
  sqlite(file)
  sqlite(file, {})
  sqlite(file, { namespace: 'n'.repeat(1024), assume: { durability: 'durable' } })
  sqlite(file, { assume: {} })
  expect(existsSync(file)).toBe(false)
})
