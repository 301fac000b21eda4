import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, setStage } from '../../src/harness/environment.ts'
import { cases, type Entry } from '../../src/index.ts'
import { judge } from '../../src/suite/result.ts'
import { startLineServer } from './line-server.ts'

/** What needs a server behind a network. */
const NAMES = [
  'cut-replies',
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
  'win-back-on-wire',
  'join-after-send-on-wire',
]

let stage: Stage

beforeAll(async () => {
  const server = await startLineServer()
  stage = await setStage(server, new URL('./line-repository.ts', import.meta.url))
})

afterAll(async () => {
  stage.stray.stop()
  await stage.server.stop()
})

test.each(NAMES)('a right adapter passes %s', async (name) => {
  const entry = cases.find((each) => each.name === name) as Entry
  const { outcome } = await judge(entry, stage, { full: false, seed: 5 })
  expect(outcome).toMatchObject({ status: 'passed' })
  expect(stage.stray.errors).toEqual([])
})
