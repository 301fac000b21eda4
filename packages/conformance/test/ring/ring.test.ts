import { expect, test } from 'vitest'
import { ringDeath } from '../../src/cases/servers.ts'
import { judge, type Outcome, setStage } from '../../src/index.ts'
import { type Flaw, startRing } from './simulated-ring.ts'

async function outcomeOf(flaw: Flaw | null): Promise<Outcome> {
  const stage = await setStage(startRing(flaw), new URL('./ring-repository.ts', import.meta.url))
  try {
    return (await judge(ringDeath, stage, { full: false, seed: 7 })).outcome
  } finally {
    stage.stray.stop()
    await stage.server.stop()
  }
}

test('ring-death passes where every key has its server, alive or not', async () => {
  expect(await outcomeOf(null)).toMatchObject({ status: 'passed' })
})

test.each<[Flaw, RegExp]>([
  ['goes-on-without', /accepted, though revoked/],
  ['forgets-what-it-had', /after one was dead|one was dead \(\d\) is not well/],
])('ring-death fails where one %s', async (flaw, reason) => {
  expect(await outcomeOf(flaw)).toMatchObject({
    status: 'failed',
    reason: expect.stringMatching(reason),
  })
})
