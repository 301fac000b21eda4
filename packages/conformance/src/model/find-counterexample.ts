import * as fc from 'fast-check'
import type { CaseContext } from '../harness/case-context.ts'
import { MINUTE, SECOND } from '../harness/clock.ts'
import { seedFor } from '../harness/random.ts'
import { holdsData } from '../suite/requirements.ts'
import { erasing, readingData, resealing, updatingData } from './commands/data.ts'
import { arriving, saving } from './commands/external.ts'
import { issuing } from './commands/issue.ts'
import { listing, pruning, restarting } from './commands/maintenance.ts'
import { revokingTargets } from './commands/revoke-target.ts'
import { revokingTokens } from './commands/revoke-token.ts'
import { bursting, livingOn, rotating } from './commands/rotate.ts'
import { jumping, passing } from './commands/time.ts'
import { consuming, explaining, verifying, verifyingAll } from './commands/use-token.ts'
import { type Step, type Steps, verifyAll } from './step.ts'
import { type Setup, SystemUnderTest } from './system-under-test.ts'

const LONGEST = 40
/** ms: a failure is reported in time, even if it could be shrunk further. */
const SHRINKING = 20_000

/** Runs sequences of steps until an answer differs from the model's. */
export async function findCounterexample(
  context: CaseContext,
  policy: Setup['policy'],
  sequences: number,
): Promise<void> {
  const replay = replayOf(policy)
  if (replay === null) return
  let failedAt = Number.POSITIVE_INFINITY
  const sequence = fc.commands([anyStep(context)], {
    maxCommands: LONGEST,
    size: 'max',
    ...(replay.steps && { replayPath: replay.steps }),
  })
  const property = fc.asyncProperty(anySetup(context, policy), sequence, async (setup, steps) => {
    fc.pre(performance.now() < failedAt + SHRINKING)
    try {
      await runSequence(context, setup, steps)
    } catch (error) {
      failedAt = Math.min(failedAt, performance.now())
      throw error
    }
  })
  const seed = seedFor(context.random.seed, policy)
  const found = await fc.check(property, {
    seed,
    numRuns: sequences,
    maxSkipsPerRun: sequences,
    ...(replay.path && { path: replay.path }),
  })
  if (found.failed) throw failureOf(found, policy)
}

async function runSequence(
  context: CaseContext,
  setup: Setup,
  steps: Iterable<Step>,
): Promise<void> {
  const { system, model } = await SystemUnderTest.start(context, setup)
  try {
    await fc.asyncModelRun(() => ({ model, real: system }), steps)
    for (const index of system.instances.keys()) await verifyAll(model, system, index)
  } catch (error) {
    const lines = [`${JSON.stringify(setup)}:`, ...system.transcript].join('\n  ')
    throw new Error(`${(error as Error).message}\n  ${lines}`, { cause: error })
  } finally {
    await system.close()
  }
}

function anySetup({ environment }: CaseContext, policy: Setup['policy']): fc.Arbitrary<Setup> {
  // Retention allows for clocks that differ by half its margin: 7.5 minutes.
  const offset = fc.constantFrom(0, 3 * SECOND, -4 * SECOND, 4 * MINUTE, -3 * MINUTE)
  return fc.record({
    policy: fc.constant(policy),
    isPeppered: fc.boolean(),
    isSealed: holdsData(environment) === null ? fc.boolean() : fc.constant(false),
    grace: fc.constantFrom(10 * SECOND, 0),
    leeway: fc.constantFrom(0, 30 * SECOND),
    offsets: fc.tuple(offset, offset, offset),
  })
}

function anyStep({ environment: { capabilities } }: CaseContext): Steps {
  return fc.oneof(
    weighted(6, issuing),
    weighted(8, rotating),
    weighted(2, arriving),
    weighted(2, saving),
    weighted(2, verifying),
    weighted(1, verifyingAll),
    weighted(3, consuming),
    weighted(2, revokingTokens),
    weighted(5, revokingTargets),
    weighted(1, explaining),
    weighted(4, passing),
    weighted(4, jumping),
    weighted(1, restarting),
    weighted(1, livingOn),
    weighted(1, bursting),
    weighted(3, updatingData),
    weighted(1, readingData),
    ...(capabilities.listing
      ? [weighted(1, listing), weighted(1, resealing), weighted(1, erasing)]
      : []),
    ...(capabilities.pruning ? [weighted(3, pruning)] : []),
  )
}

function weighted(weight: number, arbitrary: Steps): { weight: number; arbitrary: Steps } {
  return { weight, arbitrary }
}

interface Replay {
  /** Which sequence, and how it was shrunk. */
  readonly path?: string | undefined
  /** Which of its steps were run. */
  readonly steps?: string | undefined
}

/** The replay that TOKENWARD_FC_PATH asks for; `null`: one of another policy. */
function replayOf(policy: Setup['policy']): Replay | null {
  const [of, path, steps] = process.env['TOKENWARD_FC_PATH']?.split('@') ?? []
  return of === undefined || of === policy ? { path, steps } : null
}

type Found = fc.RunDetails<[Setup, Iterable<Step>]>

function failureOf(found: Found, policy: Setup['policy']): Error {
  const { counterexample, counterexamplePath, errorInstance, seed, numRuns, numShrinks } = found
  const steps = /replayPath="(.*?)"/.exec(String(counterexample?.[1]))?.[1] ?? ''
  const { message } = errorInstance as Error
  const where = `sequence ${numRuns}, shrunk ${numShrinks} times (fast-check seed ${seed})`
  const path = `TOKENWARD_FC_PATH=${policy}@${counterexamplePath}@${steps}`
  return new Error(`${message}\n${where}\nTo repeat it alone: ${path}`, { cause: errorInstance })
}
