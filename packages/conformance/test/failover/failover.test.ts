import { expect, onTestFinished, test } from 'vitest'
import { createEnvironment } from '../../src/harness/environment.ts'
import { type CaseResult, runCase } from '../../src/index.ts'
import { deposed } from '../../src/known-bad/adapters/stalls.ts'
import { brokenEnvironment } from '../../src/known-bad/broken-environment.ts'
import { runCaseOn } from '../../src/suite/result.ts'
import { caseNamed } from '../../src/suite/run-case.ts'
import { type Flaw, SimulatedSet, startSet } from './simulated-set.ts'

const REPOSITORY = new URL('./set-repository.ts', import.meta.url)

async function outcomeOf(name: string, flaw: Flaw | null): Promise<CaseResult> {
  const server = startSet(flaw)
  onTestFinished(() => server.stop())
  return await runCase(name, server, REPOSITORY, { full: false, seed: 7, maxRounds: 50 })
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
  const { status } = await runCase('deposed-primary', server, REPOSITORY)
  expect(status).toBe('failed')
  expect(SimulatedSet.at(server.url).set.isHalted).toBe(false)
  await server.stop()
})

test.each(deposed)('$name fails $caughtBy', async (bad) => {
  const server = startSet(null)
  onTestFinished(() => server.stop())
  const environment = await createEnvironment(server, REPOSITORY)
  const broken = await brokenEnvironment(environment, bad)
  onTestFinished(() => [environment, broken].forEach(({ unhandled }) => void unhandled.stop()))
  const { result } = await runCaseOn(caseNamed(bad.caughtBy), broken, { full: false, seed: 7 })
  expect(result).toMatchObject({
    status: 'failed',
    reason: expect.stringMatching(bad.failureMatches),
  })
})
