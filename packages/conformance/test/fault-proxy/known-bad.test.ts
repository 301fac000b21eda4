import { afterAll, type TestContext, test } from 'vitest'
import { type Stage, setStage } from '../../src/harness/environment.ts'
import { knownBadAdapterNamed } from '../../src/known-bad/adapters/all.ts'
import { disconnected } from '../../src/known-bad/adapters/disconnected.ts'
import { badStage } from '../../src/known-bad/broken-environment.ts'
import { writeKnownBad } from '../../src/known-bad/run/report.ts'
import type { Row } from '../../src/known-bad/run/run-all.ts'
import { judge } from '../../src/suite/result.ts'
import { caseNamed } from '../../src/suite/run-case.ts'
import { startLineServer } from './line-server.ts'

const rows: Row[] = []
afterAll(() => void writeKnownBad('lines', rows))

const MODE = { full: false, seed: 7, most: 300 }

async function lineStage({ onTestFinished }: TestContext): Promise<Stage> {
  const server = await startLineServer()
  onTestFinished(() => server.stop())
  const stage = await setStage(server, new URL('./line-repository.ts', import.meta.url))
  onTestFinished(() => stage.stray.stop())
  return stage
}

// Each watches for stray errors.
process.setMaxListeners(50)

// Side by side: each waits for deadlines most of the time.
test.concurrent.for(disconnected)(
  '$name fails $namedCase for the named reason',
  async (bad, context) => {
    const { name, breaks, namedCase, because, level } = bad
    const { expect, onTestFinished } = context
    const broken = await badStage(await lineStage(context), knownBadAdapterNamed(name))
    onTestFinished(() => broken.stray.stop())
    const { outcome } = await judge(caseNamed(namedCase), broken, MODE)
    const { status, reason = status } = outcome
    const caught = status === 'failed' && because.test(reason)
    rows.push({ name, level, breaks, namedCase, caught, reason, failedCases: [namedCase] })
    expect(outcome).toMatchObject({ status: 'failed', reason: expect.stringMatching(because) })
  },
)
