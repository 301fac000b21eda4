import { expect, test } from 'vitest'
import { parseName, parseObject, parseOneOf, parseStoreOptions } from '../../src/adapter.ts'

test('the defaults of the options', () => {
  const defaults = { namespace: 'default', assume: {} }
  expect(parseStoreOptions()).toEqual(defaults)
})

test('options that are given', () => {
  const options = { namespace: 'n'.repeat(1024), assume: { durability: 'durable' } }
  expect(parseStoreOptions(options)).toEqual(options)
})

test.each([
  ['options', null],
  ['options', 'default'],
  ['options', []],
  ['namespcae', { namespcae: 'default' }],
  ['namespace', { namespace: '' }],
  ['namespace', { namespace: 1 }],
  ['namespace', { namespace: 'n'.repeat(1025) }],
  ['namespace', { namespace: 'é'.repeat(600) }],
  ['namespace', { namespace: '\ud800' }],
  ['assume', { assume: null }],
  ['assume', { assume: 'durable' }],
  ['assume.shared', { assume: { shared: true } }],
  ['assume.durability', { assume: { durability: 'forever' } }],
])('the error names %s (%j)', (path, options) => {
  expect(() => parseStoreOptions(options)).toThrow(
    expect.objectContaining({ code: 'TOKENWARD_INVALID_INPUT', path }),
  )
})

test('the errors say what is allowed', () => {
  expect(() => parseObject('options', 1, ['a', 'b'])).toThrow(
    'options: must be an object: { a, b }.',
  )
  expect(() => parseObject('options', { c: 1 }, ['a', 'b'])).toThrow('the options are: a, b.')
  expect(() => parseName('ring', 1)).toThrow('ring: must be well-formed text of 1 to 1024 bytes')
  expect(() => parseOneOf('client', 'x', ['a', 'b'])).toThrow('client: must be one of a, b.')
})

test.each([
  ['namespace', { namespace: undefined }],
  ['assume', { assume: undefined }],
  ['assume.durability', { assume: { durability: undefined } }],
])(
  '%s that is undefined is refused, so that an unset variable is not the default',
  (path, options) => {
    expect(() => parseStoreOptions(options)).toThrow(`${path}: must not be undefined`)
  },
)
