import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { crossProcess } from '../../src/cases/engine/cross-process.ts'
import { kill9Client } from '../../src/cases/engine/killed-clients.ts'
import { consumeRace, rotateRace } from '../../src/cases/engine/races.ts'
import { CaseContext } from '../../src/harness/case-context.ts'
import type { Case } from '../../src/suite/case.ts'
import { type CaseResult, runCaseOn } from '../../src/suite/result.ts'
import { WorkerPool } from '../../src/workers/worker-pool.ts'
import { sharedStage } from './environment.ts'

/** @param knownBad around the repositories of the child processes only */
async function outcomeOf(entry: Case, knownBad: string): Promise<CaseResult> {
  const environment = await sharedStage('./shared-repository.ts')
  const mode = { full: false, seed: 5, maxRounds: 20 }
  return (await runCaseOn(entry, { ...environment, knownBad }, mode)).result
}

test.each([
  {
    entry: crossProcess,
    knownBad: 'stale-read',
    failureMatches: /after the revocation of|knew of the revocation of/,
  },
  { entry: rotateRace, knownBad: 'compare-then-set', failureMatches: /one rotation wins/ },
  { entry: consumeRace, knownBad: 'compare-then-set', failureMatches: /one consumption wins/ },
  {
    entry: kill9Client,
    knownBad: 'write-behind',
    failureMatches: /accepted|refused as|that was (cut|interrupted)/,
  },
])('$entry.name fails where child processes have $knownBad', async (trial) => {
  const { status, reason } = await outcomeOf(trial.entry, trial.knownBad)
  expect(status).toBe('failed')
  expect(reason).toMatch(trial.failureMatches)
})

test('a writer that fails reports why', async () => {
  const environment = await sharedStage('./shared-repository.ts')
  const context = new CaseContext({ ...environment, knownBad: 'early-ack' }, 'writers', 1, 5)
  onTestFinished(() => context.close())
  await context.prepare()
  const pool = await WorkerPool.start(context, 2)
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const writings = ['first', 'second'].map((name) => ({ log: join(folder, name), things: 10_000 }))
  const failure = /process \d of 2: Error: .* was refused\n +at /
  await expect(pool.run('write', writings)).rejects.toThrow(failure)
})

test('where no other process can read the store, all racers run in this one', async () => {
  const environment = await sharedStage('../map-repository.ts')
  for (const entry of [rotateRace, consumeRace]) {
    const { result } = await runCaseOn(entry, environment, { full: false, seed: 5, maxRounds: 2 })
    const notes = ['0s', '10s'].map((grace) =>
      expect.stringMatching(`^grace ${grace}, 64 racers from 1 process: . of 2 rounds`),
    )
    expect(result).toMatchObject({ status: 'passed', notes })
  }
  const { result } = await runCaseOn(crossProcess, environment, { full: false, seed: 5 })
  expect(result).toMatchObject({ status: 'not-run', reason: expect.stringContaining('shared') })
})
