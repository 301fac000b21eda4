import {
  InvalidInput,
  KeysUnavailable,
  NotPrepared,
  PolicyRefused,
  StoreUnavailable,
  UnsupportedOperation,
  WriteIndeterminate,
} from '@tokenward/core'
import { expect, test } from 'vitest'
import { exitCodeOf, UsageError } from '../src/exit-code.ts'

test.for([
  [new UsageError('x'), 2],
  [new InvalidInput('x', 'y'), 2],
  [new NotPrepared('x'), 2],
  [new PolicyRefused('x'), 2],
  [new UnsupportedOperation('x'), 2],
  [new StoreUnavailable('x'), 3],
  [new WriteIndeterminate('x'), 3],
  [new KeysUnavailable('x'), 3],
  [new TypeError('a bug'), 3],
  ['not even an error', 3],
] as const)('%s: %i', ([error, exitCode]) => {
  expect(exitCodeOf(error)).toBe(exitCode)
})

test('an unknown error code of a later core means unavailable', () => {
  class Later extends StoreUnavailable {
    override readonly code = 'TOKENWARD_LATER' as never
  }
  expect(exitCodeOf(new Later('x'))).toBe(3)
})
