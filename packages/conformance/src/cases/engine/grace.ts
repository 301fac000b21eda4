import assert from 'node:assert/strict'
import type { Login, RotateResult, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { SECOND } from '../../harness/clock.ts'
import { claimsOf } from '../../harness/handmade-tokens.ts'
import { handleLater } from '../../harness/unhandled-errors.ts'
import { armed, ofKind, pauseRead, pauseWrite } from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertLoginActive, assertLoginRefused, assertRotated } from './assertions.ts'

const [GRACE, SKEW] = [10 * SECOND, 5 * SECOND]

const graceChain: Case = {
  planRow: 63,
  name: 'grace-chain',
  level: 'engine',
  catches:
    'each rotation has its own time: a retry gets the same successor, unless that was rotated',
  requires: always,
  async run(context) {
    await slowTab(context)
    await slowCall(context)
    await gracePeriodNeverMoves(context)
    await laterRotationsMoveNothing(context)
    await reuseAfterGrace(context)
    await slowLoser(context)
  },
}

/** A fast tab rotates twice within the grace period, and a slow tab still has the first token. */
async function slowTab(context: CaseContext): Promise<void> {
  const instance = await context.instance()
  const reused: unknown[] = []
  instance.on('reused', (event) => reused.push(event))
  const [first, second, third] = await threeGenerations(context, instance)
  for (const again of ['the slow tab', 'the slow tab, again']) {
    await assertConsumed(instance.rotate(first.refreshToken), again)
  }
  const retry = await instance.rotate(second.refreshToken)
  assertSame(retry, third, 'the second again')
  assert.equal(retry.active && retry.retried, true)
  assert.deepEqual(reused, [], 'no reuse is reported')
  await assertLoginActive(instance, third, 'the session is active')
  await rotated(instance, third)
}

/** The same, by a call that began before both rotations and reads after them. */
async function slowCall(context: CaseContext): Promise<void> {
  const instance = await context.instance()
  const trigger = armed<readonly string[]>()
  const pause = pauseRead('before', trigger)
  const slow = await context.instance({ wrap: pause.wrap })
  const first = await instance.issue({ subject: 'ada', client: 'web' })
  trigger.arm()
  const retry = handleLater(slow.rotate(first.refreshToken))
  await pause.reached
  const second = await rotated(instance, first)
  const third = await rotated(instance, second)
  pause.release()
  await assertConsumed(retry, 'the slow call')
  await assertLoginActive(instance, third, 'the newest')
}

/** A retry within the grace period does not extend it; after the period and the skew, it is reuse. */
async function gracePeriodNeverMoves(context: CaseContext): Promise<void> {
  const instance = await context.instance()
  const first = await instance.issue({ subject: 'ada', client: 'web' })
  const second = await rotated(instance, first)
  for (let passed = 1; passed < GRACE / SECOND; passed++) {
    context.clock.advance(SECOND)
    assertSame(await instance.rotate(first.refreshToken), second, `${passed} s after`)
  }
  context.clock.advance(SECOND - 1)
  assertSame(await instance.rotate(first.refreshToken), second, '1 ms before the end')
  context.clock.advance(1)
  for (const passed of [0, SKEW - 1]) {
    context.clock.advance(passed)
    await assertConsumed(instance.rotate(first.refreshToken), 'for clocks that differ')
  }
  await assertLoginActive(instance, second, 'no reuse is reported')
}

/** The grace period of the first rotation ends, whatever was rotated since. */
async function laterRotationsMoveNothing(context: CaseContext): Promise<void> {
  const instance = await context.instance()
  const first = await instance.issue({ subject: 'ada', client: 'web' })
  const second = await rotated(instance, first)
  context.clock.advance(GRACE - 1)
  const third = await rotated(instance, second)
  context.clock.advance(1)
  await assertConsumed(instance.rotate(first.refreshToken), 'the grace period moved')
  assertSame(await instance.rotate(second.refreshToken), third, 'within its own grace period')
}

async function reuseAfterGrace(context: CaseContext): Promise<void> {
  const instance = await context.instance()
  const other = await context.instance()
  const events: { session: string }[] = []
  instance.on('reused', (event) => events.push(event))
  const [first, , third] = await threeGenerations(context, instance)
  context.clock.advance(GRACE + SKEW)
  const reuse = await instance.rotate(first.refreshToken)
  assert.equal(reuse.active ? 'active' : reuse.reason, 'reused')
  assert.deepEqual(
    events.map(({ session }) => session),
    [first.session],
    'one event reports it',
  )
  await assertLoginRefused(other, third, 'its session')
}

/** A call that lost the race and retries after the grace period is no reuse: it began before. */
async function slowLoser(context: CaseContext): Promise<void> {
  const instance = await context.instance()
  const pause = pauseWrite('before', ofKind('session'))
  const slow = await context.instance({ wrap: pause.wrap })
  const reused: unknown[] = []
  slow.on('reused', (event) => reused.push(event))
  const first = await instance.issue({ subject: 'ada', client: 'web' })
  const losing = handleLater(slow.rotate(first.refreshToken))
  await pause.reached
  const second = await rotated(instance, first)
  context.clock.advance(GRACE + SKEW)
  pause.release()
  await assertConsumed(losing, 'a slow loser')
  assert.deepEqual(reused, [], 'reuse is reported for a slow loser')
  await assertLoginActive(instance, second, 'no reuse is reported')
}

/** It is refused, and no token is returned. */
async function assertConsumed(call: Promise<RotateResult>, what: string): Promise<void> {
  const answer = await call
  assert.equal(answer.active ? 'active' : answer.reason, 'consumed', what)
}

async function threeGenerations(
  context: CaseContext,
  instance: Tokenward,
): Promise<[Login, Login, Login]> {
  const first = await instance.issue({ subject: 'ada', client: 'web' })
  context.clock.advance(SECOND)
  const second = await rotated(instance, first)
  context.clock.advance(SECOND)
  return [first, second, await rotated(instance, second)]
}

async function rotated(instance: Tokenward, login: Login): Promise<Login> {
  const next = await instance.rotate(login.refreshToken)
  assertRotated(next, 'a rotation')
  assert.equal(next.retried, false)
  return next
}

function assertSame(answer: RotateResult, expected: Login, what: string): void {
  assertRotated(answer, what)
  const identity = (token: string) => {
    const { jti, iat, exp } = claimsOf(token)
    return { jti, iat, exp }
  }
  assert.deepEqual(identity(answer.refreshToken), identity(expected.refreshToken), what)
}

export const cases: readonly Case[] = [graceChain]
