import { expect, onTestFinished, test } from 'vitest'
import { type CaseResult, runCase } from '../../src/index.ts'
import { type Flaw, startSet } from './simulated-set.ts'

async function outcomeOf(name: string, flaw: Flaw | null): Promise<CaseResult> {
  const server = startSet(flaw)
  onTestFinished(() => server.stop())
  const repository = new URL('./set-repository.ts', import.meta.url)
  return await runCase(name, server, repository, { full: false, seed: 7, maxRounds: 50 })
}

test.each(['failover', 'deposed-primary'])('%s passes where the rule is kept', async (name) => {
  expect(await outcomeOf(name, null)).toMatchObject({ status: 'passed' })
})

test.each<[string, Flaw, string]>([
  ['failover', 'followers-behind', 'acknowledged revocations are lost'],
  ['deposed-primary', 'deposed-answers', 'returned an old record'],
  ['deposed-primary', 'deposed-takes-writes', 'the deposed primary accepted a write'],
])('%s fails where %s', async (name, flaw, reason) => {
  expect(await outcomeOf(name, flaw)).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining(reason),
  })
})
