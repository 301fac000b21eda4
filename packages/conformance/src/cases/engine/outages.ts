import assert from 'node:assert/strict'
import type { ErrorCode, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { MINUTE } from '../../harness/clock.ts'
import { lateAfter } from '../../harness/late-after.ts'
import { chain } from '../../interceptors/intercept.ts'
import { outage, type State } from '../../interceptors/outage.ts'
import { recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertActive, assertRefused, assertThrows, REFRESH } from './assertions.ts'

type Calls = Readonly<Record<string, () => Promise<unknown>>>

const GRANT = { subject: 'ada', client: 'web' } as const
const UNAVAILABLE = 'TOKENWARD_STORE_UNAVAILABLE'
/** ms on an idle machine. */
const DEADLINE = 500
const STATES = ['refuses', 'silent', 'ignores-abort'] as const

const failOpenExplicit: Case = {
  planRow: 25,
  name: 'fail-open-explicit',
  level: 'engine',
  catches: 'a failed store means no result; accepting anyway is an option of verify only',
  requires: always,
  async run(context) {
    // At once: each call takes until its deadline.
    await Promise.all(STATES.map((state) => refusesByDefault(context, state)))
    await Promise.all(STATES.map((state) => acceptsByChoice(context, state)))
  },
}

const indeterminateWrites: Case = {
  name: 'indeterminate-writes',
  level: 'engine',
  catches: 'a write without an answer is indeterminate, fails in time, and is safe to repeat',
  requires: always,
  async run(context) {
    const [sent, backend] = [recordCalls(), outage()]
    const wrap = chain(sent.wrap, backend.wrap)
    const patient = await context.instance()
    const deadline = await context.shortDeadline(DEADLINE)
    const instance = await context.instance({ wrap, deadline: `${deadline}ms` })
    for (const state of STATES) {
      const login = await patient.issue(GRANT)
      backend.writes = state
      const calls = {
        issue: () => instance.issue(GRANT),
        consume: () => instance.consume(login.accessToken),
        rotate: () => instance.rotate(login.refreshToken),
        revoke: () => instance.revoke({ subject: 'ada' }),
      }
      sent.clear()
      await allInTime(calls, deadline, 'TOKENWARD_WRITE_INDETERMINATE', `writes ${state}`)
      const [calledOften, most] = [sent.calls(), mostCalls(Object.keys(calls).length, deadline)]
      assert.ok(
        calledOften <= most,
        `writes ${state}: ${calledOften} calls of the store, not ${most}`,
      )
      backend.writes = 'up'
      await assertActive(patient, login.accessToken, 'nothing happened')
      assert.equal((await patient.consume(login.accessToken)).active, true, 'repeated')
      assert.equal((await patient.rotate(login.refreshToken)).active, true, 'repeated')
      assert.equal((await patient.revoke({ subject: 'ada' })).first, true, 'repeated')
      await assertRefused(patient, login.refreshToken, 'repeated', 'revoked', REFRESH)
    }
  },
}

/**
 * Of operations that retry until their deadline: a failing store is not overloaded. Each attempt is a read
 * and a write, and the pauses between them double from 10 to 320 ms.
 */
function mostCalls(operations: number, deadline: number): number {
  let attempts = 4
  let pause = 10
  for (let spent = 0; spent <= deadline; spent += pause, pause = Math.min(2 * pause, 320))
    attempts++
  return operations * 2 * attempts
}

async function refusesByDefault(context: CaseContext, state: State): Promise<void> {
  const backend = outage()
  const deadline = await context.shortDeadline(DEADLINE)
  const instance = await context.instance({ wrap: backend.wrap, deadline: `${deadline}ms` })
  const emitted: string[] = []
  instance.on('unavailable', () => emitted.push('unavailable'))
  instance.on('recovered', () => emitted.push('recovered'))
  const login = await (await context.instance()).issue(GRANT)
  backend.reads = state
  await allInTime(callsOf(instance, login), deadline, UNAVAILABLE, `store ${state}`)
  backend.reads = 'up'
  await assertActive(instance, login.accessToken, 'the store is back')
  assert.deepEqual(emitted, ['unavailable', 'recovered'])
}

async function acceptsByChoice(context: CaseContext, state: State): Promise<void> {
  const backend = outage()
  const deadline = await context.shortDeadline(DEADLINE)
  const instance = await context.instance({
    wrap: backend.wrap,
    deadline: `${deadline}ms`,
    onUnavailable: 'accept',
  })
  let opened = 0
  instance.on('failedOpen', () => opened++)
  const patient = await context.instance()
  const login = await patient.issue(GRANT)
  const short = await patient.issue({ ...GRANT, lifetime: '1m' })
  await patient.revoke({ subject: 'bob' })
  backend.reads = state
  for (const count of [1, 2]) {
    const result = await instance.verify(login.accessToken)
    assert.equal(result.active, true, 'accepted, as configured')
    assert.equal(result.active && result.storeChecked, false, 'and marked')
    assert.equal(opened, count, 'an event each time')
  }
  context.clock.advance(MINUTE)
  await assertRefused(instance, short.accessToken, 'expired needs no store', 'expired')
  const forged = `${login.accessToken.slice(0, -8)}AAAAAAAA`
  await assertRefused(instance, forged, 'a bad signature needs no store', 'signature')
  await assertRefused(instance, login.accessToken, 'a wrong audience', 'invalid-claims', {
    audience: 'x',
  })
  const { verify: _, ...others } = callsOf(instance, login)
  await allInTime(others, deadline, UNAVAILABLE, `never accepts, store ${state}`)
  backend.reads = 'up'
  await assertActive(instance, login.accessToken, 'the store is back')
}

function callsOf(
  instance: Tokenward,
  login: { accessToken: string; refreshToken: string },
): Calls & Record<'verify', unknown> {
  return {
    verify: () => instance.verify(login.accessToken),
    consume: () => instance.consume(login.accessToken),
    rotate: () => instance.rotate(login.refreshToken),
    revoke: () => instance.revoke({ subject: 'ada' }),
    issue: () => instance.issue(GRANT),
  }
}

/** Every call resolves or, as here, rejects by its deadline. All calls run in parallel. */
async function allInTime(
  calls: Calls,
  deadline: number,
  code: ErrorCode,
  what: string,
): Promise<void> {
  const late = lateAfter(deadline)
  const failing = Object.entries(calls).map(async ([name, call]) => {
    await assertThrows(call, code, `${name}, ${what}`)
    assert.equal(late.aborted, false, `${name}, ${what}: took longer than the deadline`)
  })
  await Promise.all(failing)
}

export const cases: readonly Case[] = [failOpenExplicit, indeterminateWrites]
