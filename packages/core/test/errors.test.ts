import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import {
  AdapterFault,
  Closed,
  InvalidInput,
  isTokenwardError,
  KeysUnavailable,
  NotPrepared,
  PolicyRefused,
  StoreUnavailable,
  UnsupportedOperation,
  WriteIndeterminate,
} from '../src/index.ts'

const errors = [
  [new StoreUnavailable('x'), 'TOKENWARD_STORE_UNAVAILABLE', true],
  [new WriteIndeterminate('x'), 'TOKENWARD_WRITE_INDETERMINATE', true],
  [new KeysUnavailable('x'), 'TOKENWARD_KEYS_UNAVAILABLE', true],
  [new PolicyRefused('x'), 'TOKENWARD_POLICY_REFUSED', false],
  [new UnsupportedOperation('x'), 'TOKENWARD_UNSUPPORTED_OPERATION', false],
  [new NotPrepared('x'), 'TOKENWARD_NOT_PREPARED', false],
  [new InvalidInput('a.b', 'x'), 'TOKENWARD_INVALID_INPUT', false],
  [new AdapterFault('x'), 'TOKENWARD_ADAPTER_FAULT', false],
  [new Closed('x'), 'TOKENWARD_CLOSED', false],
] as const

test.for(errors)('an error tells whether the call may be repeated: %s', ([error, code, again]) => {
  expect(error).toMatchObject({ code, retryable: again })
})

test.for(errors)('an error has the address of its code, which Node prints: %s', ([error, code]) => {
  const url = `https://tokenward.dev/errors#${code.toLowerCase()}`
  expect(error.url).toBe(url)
  expect(inspect(error)).toContain(url)
})

test('isTokenwardError() recognizes the errors of another copy by their codes', () => {
  for (const [error, code] of errors) {
    const copy = Object.assign(new Error('x'), { code, retryable: error.retryable })
    for (const each of [error, copy]) {
      expect(isTokenwardError(each)).toBe(true)
      expect(isTokenwardError(each, code)).toBe(true)
      const other = code === 'TOKENWARD_CLOSED' ? 'TOKENWARD_NOT_PREPARED' : 'TOKENWARD_CLOSED'
      expect(isTokenwardError(each, other)).toBe(false)
    }
  }
  const others = [null, 'x', new Error('x'), { code: 'TOKENWARD_CLOSED', retryable: false }]
  for (const other of others) expect(isTokenwardError(other)).toBe(false)
})
