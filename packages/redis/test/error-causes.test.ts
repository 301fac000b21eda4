import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { withHelp } from '../src/errors.ts'
import { deadline, disturbed, key } from './support.ts'

/** The messages of the error and of its causes. */
function chain(error: unknown): readonly string[] {
  return error instanceof Error ? [error.message, ...chain(error.cause)] : []
}

test('an error keeps its causes, without the command that failed', () => {
  const first = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
  const command = { name: 'auth', args: ['secret'] }
  const middle = Object.assign(new Error('ERR middle', { cause: first }), { command })
  const last = Object.assign(new Error('NOPERM last', { cause: middle }), { command })
  const error = withHelp(last)
  expect(chain(error)).toEqual([
    expect.stringContaining('lacks a right'),
    'NOPERM last',
    'ERR middle',
    'read ECONNRESET',
  ])
  expect(inspect(error, { depth: 9 })).not.toContain('secret')
  expect(withHelp(first)).toBe(first)
})

test('the error of an unreachable cluster has the error of its last node as cause', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  const all = Object.assign(new Error('Failed to refresh slots cache.'), { lastNodeError: refused })
  expect(chain(withHelp(all))).toEqual([
    expect.stringContaining('start the server'),
    'Failed to refresh slots cache.',
    'connect ECONNREFUSED',
  ])
})

test('a call on a lost connection rejects with the reason of the loss', async () => {
  const { proxy, repository } = await disturbed()
  await proxy.set({ type: 'reset-after-send', times: 1 })
  const error = await repository.read([key(1)], deadline()).catch((error) => error)
  const [what, driver, why] = chain(error)
  expect(what).toContain('the connection was lost')
  expect(driver).toContain('max retries')
  expect(why).toMatch(/ECONNRESET|EPIPE|the connection was closed/)
})
