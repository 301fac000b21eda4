import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEnvironment, type Environment } from '../../src/harness/environment.ts'
import { cases, type SuiteEntry } from '../../src/index.ts'
import { runCaseOn } from '../../src/suite/result.ts'
import { startLineServer } from './line-server.ts'

/** Cases that need a server behind a network. */
const NAMES = [
  'lost-replies',
  'late-replies',
  'kill9-server',
  'refused-port',
  'black-hole',
  'half-reply',
  'reset-after-send',
  'late-reply',
  'pool-exhausted',
  'recover',
  'least-privilege',
  'recognize-own-write-on-wire',
  'join-after-send-on-wire',
]

let environment: Environment

beforeAll(async () => {
  const server = await startLineServer()
  environment = await createEnvironment(server, new URL('./line-repository.ts', import.meta.url))
})

afterAll(async () => {
  environment.unhandled.stop()
  await environment.server.stop()
})

test.each(NAMES)('a correct adapter passes %s', async (name) => {
  const entry = cases.find((each) => each.name === name) as SuiteEntry
  const { result } = await runCaseOn(entry, environment, { full: false, seed: 5 })
  expect(result).toMatchObject({ status: 'passed' })
  expect(environment.unhandled.errors).toEqual([])
})
