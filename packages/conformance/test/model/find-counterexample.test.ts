import { createTokenward, prepare, type Tokenward } from '@tokenward/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CaseContext } from '../../src/harness/case-context.ts'
import type { Engine } from '../../src/harness/engine.ts'
import { createEnvironment, type Environment } from '../../src/harness/environment.ts'
import { findCounterexample } from '../../src/model/find-counterexample.ts'

const repository = new URL('../map-repository.ts', import.meta.url)
const server = { name: 'a map', version: '1', standIn: false }
let environment: Environment

beforeEach(async () => {
  const url = `map:${crypto.randomUUID()}`
  environment = await createEnvironment({ url, server, stop: async () => {} }, repository)
})

afterEach(() => {
  environment.unhandled.stop()
  vi.unstubAllEnvs()
})

/** Reports that it revoked access tokens, and revokes nothing. */
const deafToOnly: Engine = {
  prepare,
  async createTokenward<C extends object, D extends object>(
    options: Parameters<typeof createTokenward>[0],
  ) {
    const instance = await createTokenward<C, D>(options)
    const clock = options.clock ?? Date.now
    const revoke = async (target: never, note?: { only?: 'access'; reason?: string }) => {
      if (note?.only === undefined) return instance.revoke(target, note)
      const { only: _, ...rest } = note
      const scope = 'subject' as const
      return { revoked: true, target: scope, at: clock(), first: true, note: rest } as const
    }
    return { ...instance, revoke } as Tokenward<C, D>
  },
}

function failure(engine: Engine, seed = 1): Promise<Error> {
  const context = new CaseContext({ ...environment, engine }, 'model', 200, seed)
  return findCounterexample(context, 'allowlist', context.rounds).then(
    () => expect.unreachable('nothing was found'),
    (error: Error) => error,
  )
}

const lineOf = (error: Error, beginning: string) =>
  error.message.split('\n').find((line) => line.startsWith(beginning))

test.each(['allowlist', 'denylist'] as const)('core behaves like the model, %s', async (policy) => {
  await findCounterexample(new CaseContext(environment, 'model', 20, 2), policy, 20)
})

test('a failure is reported as a short sequence, and repeats by its seed and path', async () => {
  const error = await failure(deafToOnly)
  const story = error.message.split('\n').filter((line) => /^ {2}instance \d/.test(line))
  expect(story.join('\n')).toMatch(/issue .*\n.*revoke .*, access/)
  expect(story.length).toBeLessThan(6)
  const path = /TOKENWARD_FC_PATH=(\S+)$/.exec(error.message)?.[1] ?? ''
  expect(path).toMatch(/^allowlist@[\d:]+@\S+$/)

  vi.stubEnv('TOKENWARD_FC_PATH', path)
  const again = await failure(deafToOnly)
  expect(again.message.split('\n')[0]).toBe(error.message.split('\n')[0])
  expect(lineOf(again, 'sequence 1, shrunk 0 times')).toBeDefined()
  // The path is of another policy, so there is nothing to repeat.
  const context = new CaseContext({ ...environment, engine: deafToOnly }, 'model', 20, 1)
  await findCounterexample(context, 'denylist', 20)
})
