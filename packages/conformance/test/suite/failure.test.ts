import assert from 'node:assert/strict'
import { expect, test } from 'vitest'
import type { Case } from '../../src/suite/case.ts'
import { reasonOf, traceOf } from '../../src/suite/failure.ts'
import { always } from '../../src/suite/requirements.ts'
import { runCaseOn } from '../../src/suite/result.ts'
import { sharedStage } from '../workers/environment.ts'

const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
const wrapped = new TypeError('The driver failed', { cause: refused })
const outer = new Error('The store failed; see the cause.', { cause: wrapped })

test('a reason names every cause', () => {
  expect(reasonOf(outer)).toBe(
    `The store failed; see the cause.
caused by: TypeError: The driver failed
caused by: Error: connect (ECONNREFUSED)`,
  )
})

test('a trace has the stack of every cause', () => {
  const stacks = traceOf(outer).split('\ncaused by: ')
  expect(stacks.map((stack) => stack.split('\n')[0])).toEqual([
    'Error: The store failed; see the cause.',
    'TypeError: The driver failed',
    'Error: connect',
  ])
  for (const stack of stacks) expect(stack).toMatch(/\n +at .*failure\.test/)
})

test('the errors of an AggregateError are causes, each named once, and circles end', () => {
  const both = new AggregateError([refused, new Error('timeout')], 'no address answered')
  refused.cause = both
  expect(reasonOf(both).split('\n')).toEqual([
    'no address answered',
    'caused by: Error: connect (ECONNREFUSED)',
    'caused by: Error: timeout',
  ])
  refused.cause = undefined
})

test.each([
  [new Error(''), 'Error: '],
  ['only text', 'only text'],
  [undefined, 'undefined'],
  [new DOMException('too late', 'TimeoutError'), 'too late'],
])('%o has a reason', (thrown, reason) => {
  expect(reasonOf(thrown)).toBe(reason)
})

test('neither the members of an error nor a login in a URL are included', () => {
  const command = { name: 'auth', args: ['app', 'secret'] }
  const error = Object.assign(new Error('no answer of redis://app:secret@127.0.0.1:6379/0'), {
    command,
  })
  for (const text of [reasonOf(error), traceOf(new Error('it failed', { cause: error }))]) {
    expect(text).toContain('redis://…@127.0.0.1:6379/0')
    expect(text).not.toContain('secret')
  }
})

const reasons = [
  new DOMException('The operation was aborted due to timeout', 'TimeoutError'),
  Object.freeze(new Error('frozen')),
  new assert.AssertionError({ message: 'one wins', actual: 2, expected: 1 }),
]

test.each(reasons)(
  'a case that fails with %o has its reason, the seed and its cause',
  async (thrown) => {
    const entry: Case = {
      name: 'fails',
      level: 'adapter',
      catches: 'nothing',
      requires: always,
      run: () => Promise.reject(thrown),
    }
    const { result, error } = await runCaseOn(entry, await sharedStage('./shared-repository.ts'), {
      full: false,
      seed: 7,
    })
    expect(result.reason).toBe(`${thrown.message}\nTo repeat it: TOKENWARD_SEED=7`)
    expect(error).toMatchObject({ message: result.reason, cause: thrown })
  },
)
