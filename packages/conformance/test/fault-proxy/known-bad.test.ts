import { afterAll, type TestContext, test } from 'vitest'
import { createEnvironment, type Environment } from '../../src/harness/environment.ts'
import { disconnected } from '../../src/known-bad/adapters/disconnected.ts'
import { brokenEnvironment } from '../../src/known-bad/broken-environment.ts'
import { writeKnownBad } from '../../src/known-bad/run/report.ts'
import type { KnownBadResult } from '../../src/known-bad/run/run-all.ts'
import { runCaseOn } from '../../src/suite/result.ts'
import { caseNamed } from '../../src/suite/run-case.ts'
import { startLineServer } from './line-server.ts'

const results: KnownBadResult[] = []
afterAll(() => void writeKnownBad('lines', results))

const MODE = { full: false, seed: 7, maxRounds: 300 }

async function lineStage({ onTestFinished }: TestContext): Promise<Environment> {
  const server = await startLineServer()
  onTestFinished(() => server.stop())
  const environment = await createEnvironment(
    server,
    new URL('./line-repository.ts', import.meta.url),
  )
  onTestFinished(() => environment.unhandled.stop())
  return environment
}

// Each watches unhandled errors.
process.setMaxListeners(50)

// In parallel: each waits for deadlines most of the time.
test.concurrent.for(disconnected)(
  '$name fails $caughtBy with a matching failure',
  async (bad, context) => {
    const { name, mutation, caughtBy, failureMatches, level } = bad
    const { expect, onTestFinished } = context
    const broken = await brokenEnvironment(await lineStage(context), bad)
    onTestFinished(() => broken.unhandled.stop())
    const { result } = await runCaseOn(caseNamed(caughtBy), broken, MODE)
    const { status, reason = status } = result
    const caught = status === 'failed' && failureMatches.test(reason)
    const named = { name, level, mutation, caughtBy }
    results.push({ ...named, ran: true, caught, reason, failedCases: [caughtBy] })
    expect(result).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(failureMatches),
    })
  },
)
