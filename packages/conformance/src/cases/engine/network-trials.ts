import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { type ErrorCode, isTokenwardError, type Tokenward } from '@tokenward/core'
import type { Fault } from '../../fault-proxy/fault.ts'
import type { FaultProxy } from '../../fault-proxy/proxy.ts'
import type { CaseContext } from '../../harness/case-context.ts'
import { ALLOWANCE, lateAfter } from '../../harness/late-after.ts'
import { fairTimeout } from '../../harness/timeouts.ts'
import { allOf, eventLoopTurns } from '../../harness/unhandled-errors.ts'
import { beforeWrite } from '../../interceptors/cut-writes.ts'
import { chain, type RepositoryWrapper } from '../../interceptors/intercept.ts'
import { pendingCalls } from '../../interceptors/pending.ts'
import { assertRefused, assertThrows } from './assertions.ts'
import { instancesBehind } from './network-instances.ts'
import { type Operation, operations } from './network-operations.ts'

/** After the heal, ms. */
const RECOVERY = 5_000

/** When the fault begins: before the call, or after its read and before its write. */
type Moment = 'read' | 'write'

export interface Trial {
  /** `rotate, at its write`. */
  readonly what: string
  /** Duration of the call, ms. */
  readonly took: number
  /** Time from the heal until the instance works again, ms. */
  readonly healed: number
}

/** Disturbs every operation at each of its moments, all in parallel, each through its own proxy. */
export async function disturbAll(context: CaseContext, fault: Fault): Promise<readonly Trial[]> {
  await context.prepare()
  const before = context.environment.unhandled.errors.length
  const trials = operations.flatMap((operation) => {
    const moments: readonly Moment[] = operation.writes ? ['read', 'write'] : ['read']
    return moments.map((moment) => {
      const what = `${operation.name}, at its ${moment}`
      return named(`${fault.type}: ${what}`, disturb(context, fault, operation, moment))
    })
  })
  const done = await allOf(trials)
  await eventLoopTurns()
  const unhandled = context.environment.unhandled.errors.slice(before)
  assert.deepEqual(unhandled, [], `${fault.type}: unhandled errors`)
  noteSlowest(context, fault, done)
  return done
}

/** Names the trial in which an error occurred. */
async function named<T>(what: string, trial: Promise<T>): Promise<T> {
  return trial.catch((cause: unknown) => {
    throw new Error(`${what}: ${cause instanceof Error ? cause.message : cause}`, { cause })
  })
}

async function disturb(
  context: CaseContext,
  fault: Fault,
  operation: Operation,
  moment: Moment,
): Promise<Trial> {
  const what = `${operation.name}, at its ${moment}`
  const calls = pendingCalls()
  const strike = atNextWrite(fault)
  const instances = await instancesBehind(context, (proxy) => chain(strike.wrap(proxy), calls.wrap))
  const { proxy, instance, patient } = instances
  const gone = await patient.issue({ subject: 'gone', client: 'web' })
  await patient.revoke(gone.refreshToken)
  const attempt = await operation.prepare(instance, patient, what)
  assert.ok(proxy.bytes.replies > 0, 'the adapter connects where its URL points')
  if (moment === 'read') await proxy.set(fault)
  else strike.arm()
  const took = await failsInTime(attempt.call, CODES[moment], instances.deadline)
  await waitUntil(() => calls.count() === 0, 'the adapter still waits')
  await proxy.heal()
  const healed = await recovers(instance)
  await attempt.settle()
  await assertRefused(
    patient,
    gone.accessToken,
    'what was acknowledged before is stored',
    'revoked',
  )
  return { what, took, healed }
}

/** The fault begins when the next write is sent. */
function atNextWrite(fault: Fault): { arm(): void; wrap(proxy: FaultProxy): RepositoryWrapper } {
  let isArmed = false
  return {
    arm() {
      isArmed = true
    },
    wrap: (proxy) =>
      beforeWrite(
        () => isArmed,
        async () => {
          isArmed = false
          await proxy.set(fault)
        },
      ),
  }
}

const CODES: Readonly<Record<Moment, ErrorCode>> = {
  read: 'TOKENWARD_STORE_UNAVAILABLE',
  write: 'TOKENWARD_WRITE_INDETERMINATE',
}

/** @returns ms */
async function failsInTime(
  call: () => Promise<unknown>,
  code: ErrorCode,
  deadline: number,
): Promise<number> {
  const late = lateAfter(deadline)
  const started = performance.now()
  const error = await assertThrows(call, code, 'disturbed')
  assert.equal(late.aborted, false, 'took longer than the deadline')
  assert.equal(isTokenwardError(error) && error.retryable, true, 'it may be repeated')
  return Math.round(performance.now() - started)
}

/** An aborted call settles as soon as the abort event reaches it. */
async function waitUntil(holds: () => boolean, what: string): Promise<void> {
  const late = fairTimeout(ALLOWANCE)
  while (!holds()) {
    assert.equal(late.aborted, false, what)
    await pause(5)
  }
}

/** @returns ms until the instance works again */
export async function recovers(instance: Tokenward, what = 'it'): Promise<number> {
  const late = fairTimeout(RECOVERY)
  const started = performance.now()
  for (;;) {
    const health = await instance.health()
    if (health.ok) return Math.round(performance.now() - started)
    assert.equal(
      late.aborted,
      false,
      `${what} is not well ${RECOVERY} ms after the heal: ${health.error}`,
    )
    await pause(20)
  }
}

function noteSlowest(context: CaseContext, fault: Fault, trials: readonly Trial[]): void {
  const slowest = trials.reduce((a, b) => (b.took > a.took ? b : a))
  const healed = Math.max(...trials.map((trial) => trial.healed))
  context.note(
    `${fault.type}: slowest of ${trials.length} calls ${slowest.took} ms (${slowest.what}), well ${healed} ms after the heal`,
  )
}
