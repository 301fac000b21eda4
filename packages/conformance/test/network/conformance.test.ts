import { afterAll, beforeAll, expect, test } from 'vitest'
import * as network from '../../src/cases/network.ts'
import { type Case, cases, judge, type Stage, setStage } from '../../src/index.ts'
import { startLineServer } from './line-server.ts'

let stage: Stage

beforeAll(async () => {
  const server = await startLineServer()
  stage = await setStage(server, new URL('./line-repository.ts', import.meta.url))
})

afterAll(async () => {
  stage.stray.stop()
  await stage.server.stop()
})

test.each(Object.values(network))('a right adapter passes $name', async (entry: Case) => {
  expect(cases).toContain(entry)
  const { outcome } = await judge(entry, stage, { full: false, seed: 5 })
  expect(outcome).toMatchObject({ status: 'passed' })
  expect(stage.stray.errors).toEqual([])
})
