import { expect, test } from 'vitest'
import { cases, judge, type Outcome, setStage } from '../../src/index.ts'
import { type Flaw, startSet } from './simulated-set.ts'

async function outcomeOf(name: string, flaw: Flaw | null): Promise<Outcome> {
  const entry = cases.find((each) => each.name === name)
  if (!entry) throw new RangeError(`there is no case ${name}`)
  const stage = await setStage(startSet(flaw), new URL('./set-repository.ts', import.meta.url))
  try {
    return (await judge(entry, stage, { full: false, seed: 7, most: 50 })).outcome
  } finally {
    stage.stray.stop()
    await stage.server.stop()
  }
}

test.each(['failover', 'deposed-primary'])('%s passes where it is kept', async (name) => {
  expect(await outcomeOf(name, null)).toMatchObject({ status: 'passed' })
})

test.each<[string, Flaw, string]>([
  ['failover', 'followers-behind', 'acknowledged revocations are lost'],
  ['deposed-primary', 'deposed-answers', 'what was true once'],
  ['deposed-primary', 'deposed-takes-writes', 'a write was taken by who was deposed'],
])('%s fails where %s', async (name, flaw, reason) => {
  expect(await outcomeOf(name, flaw)).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining(reason),
  })
})
