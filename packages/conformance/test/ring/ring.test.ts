import { expect, onTestFinished, test } from 'vitest'
import { type CaseResult, runCase } from '../../src/index.ts'
import { type Flaw, startRing } from './simulated-ring.ts'

async function outcomeOf(flaw: Flaw | null): Promise<CaseResult> {
  const server = startRing(flaw)
  onTestFinished(() => server.stop())
  const repository = new URL('./ring-repository.ts', import.meta.url)
  return await runCase('dead-ring-member', server, repository, { full: false, seed: 7 })
}

test('dead-ring-member passes where every key has one fixed server, alive or not', async () => {
  expect(await outcomeOf(null)).toMatchObject({ status: 'passed' })
})

test.each<[Flaw, RegExp]>([
  ['goes-on-without', /accepted, though revoked/],
  ['forgets-what-it-had', /after one was dead|one was dead \(\d\) is not well/],
])('dead-ring-member fails where one %s', async (flaw, reason) => {
  expect(await outcomeOf(flaw)).toMatchObject({
    status: 'failed',
    reason: expect.stringMatching(reason),
  })
})
