import { expect, onTestFinished, test } from 'vitest'
import { type CaseResult, runCase } from '../../src/index.ts'
import { type Flaw, SimulatedSet, startSet } from './simulated-set.ts'

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
  ['deposed-primary', 'refuses-writes-after', 'the new primary accepts writes'],
])('%s fails where %s', async (name, flaw, reason) => {
  expect(await outcomeOf(name, flaw)).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining(reason),
  })
})

test('deposed-primary passes where the first write after the change is rejected', async () => {
  expect(await outcomeOf('deposed-primary', 'rejects-once-after')).toMatchObject({
    status: 'passed',
  })
})

test('deposed-primary resumes the primary when it fails', async () => {
  const server = startSet('refuses-writes-after')
  const repository = new URL('./set-repository.ts', import.meta.url)
  const { status } = await runCase('deposed-primary', server, repository)
  expect(status).toBe('failed')
  expect(SimulatedSet.at(server.url).set.isHalted).toBe(false)
  await server.stop()
})
