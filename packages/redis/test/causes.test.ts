import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { explained } from '../src/faults.ts'
import { disturbed, key, soon } from './support.ts'

/** The error and what caused it, down to the first. */
function chain(error: unknown): readonly string[] {
  return error instanceof Error ? [error.message, ...chain(error.cause)] : []
}

test('an error keeps its causes, and none shows the command that failed', () => {
  const first = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
  const command = { name: 'auth', args: ['secret'] }
  const middle = Object.assign(new Error('ERR middle', { cause: first }), { command })
  const last = Object.assign(new Error('NOPERM last', { cause: middle }), { command })
  const told = explained(last)
  expect(chain(told)).toEqual([
    expect.stringContaining('lacks a right'),
    'NOPERM last',
    'ERR middle',
    'read ECONNRESET',
  ])
  expect(inspect(told, { depth: 9 })).not.toContain('secret')
  expect(explained(first)).toBe(first)
})

test('of a cluster that cannot be reached, what its last node did is the cause', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  const all = Object.assign(new Error('Failed to refresh slots cache.'), { lastNodeError: refused })
  expect(chain(explained(all))).toEqual([
    expect.stringContaining('start the server'),
    'Failed to refresh slots cache.',
    'connect ECONNREFUSED',
  ])
})

test('a call on a connection that is lost tells how it was lost', async () => {
  const { proxy, repository } = await disturbed()
  await proxy.set({ type: 'reset-after-send', times: 1 })
  const error = await repository.read([key(1)], soon()).catch((error) => error)
  const [what, driver, why] = chain(error)
  expect(what).toContain('the connection was lost')
  expect(driver).toContain('max retries')
  expect(why).toMatch(/ECONNRESET|EPIPE|the connection was closed/)
})
