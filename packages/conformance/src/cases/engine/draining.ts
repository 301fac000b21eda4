import assert from 'node:assert/strict'
import { isTokenwardError, type Tokenward, type Write } from '@tokenward/core'
import type { Bench } from '../../bench/bench.ts'
import { begun, turns } from '../../bench/stray.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/gates.ts'
import { armed, holdRead, holdWrite, type Place } from '../../tamper/hold.ts'
import { assertActive, assertAlive, assertRotated, assertThrows } from './expect.ts'

const GRANT = { subject: 'ada', client: 'web' } as const
const CLOSED = 'TOKENWARD_CLOSED'
const INDETERMINATE = 'TOKENWARD_WRITE_INDETERMINATE'

const closedAtWork: Case = {
  name: 'closed-at-work',
  level: 'engine',
  guards: 'close({ drain }) lets calls finish; without it, a write that was sent is indeterminate',
  gate: always,
  async run(bench) {
    await drains(bench)
    await drainsForSoLong(bench)
    for (const place of ['before', 'after'] as const) await cutRotation(bench, place)
    await notSentYet(bench)
  },
}

/** What began before goes on to its answer; what comes later is refused. */
async function drains(bench: Bench): Promise<void> {
  const trigger = armed<readonly string[]>()
  const hold = holdRead('after', trigger)
  const ward = await bench.ward({ through: hold.through })
  const login = await ward.issue(GRANT)
  trigger.arm()
  const rotating = begun(ward.rotate(login.refreshToken))
  await hold.reached
  const closing = begun(ward.close({ drain: '60s' }))
  await assertThrows(ward.verify(login.accessToken), CLOSED, 'verify, while it drains')
  await turns()
  hold.release()
  const next = await rotating
  assertRotated(next, 'begun before close({ drain })')
  assert.equal(next.retried, false)
  await closing
  await assertThrows(ward.verify(login.accessToken), CLOSED, 'verify, after it drained')
  await assertAlive(await bench.ward(), next, 'rotated while the ward drained')
}

/** A call that never ends does not keep the process for longer than was asked. */
async function drainsForSoLong(bench: Bench): Promise<void> {
  const trigger = armed<readonly string[]>()
  const hold = holdRead('before', trigger)
  const ward = await bench.ward({ through: hold.through })
  const { accessToken } = await ward.issue(GRANT)
  trigger.arm()
  const verifying = begun(ward.verify(accessToken))
  await hold.reached
  const closing = begun(ward.close({ drain: '50ms' }))
  await assertThrows(verifying, CLOSED, 'verify, when the drain is over')
  hold.release()
  await closing
}

/** Its write was sent: nobody knows, and another instance takes it up in the grace window. */
async function cutRotation(bench: Bench, place: Place): Promise<void> {
  const trigger = armed<readonly Write[]>()
  const hold = holdWrite(place, trigger)
  const ward = await bench.ward({ through: hold.through })
  const login = await ward.issue(GRANT)
  trigger.arm()
  const rotating = begun(ward.rotate(login.refreshToken))
  await hold.reached
  const closing = begun(ward.close())
  const what = `rotate, cut ${place} its write happened`
  const error = await assertThrows(rotating, INDETERMINATE, what)
  assert.ok(isTokenwardError(error) && error.retryable, `${what}: is worth another try`)
  const other = await bench.ward()
  const again = await other.rotate(login.refreshToken)
  assertRotated(again, `${what}, repeated elsewhere`)
  assert.equal(again.retried, place === 'after', `${what}, repeated elsewhere`)
  hold.release()
  await closing
  await assertAlive(other, again, what)
}

/** Only a read was sent: nothing can have happened. */
async function notSentYet(bench: Bench): Promise<void> {
  const other = await bench.ward()
  const login = await other.issue(GRANT)
  const calls: Record<string, (ward: Tokenward) => Promise<unknown>> = {
    verify: (ward) => ward.verify(login.accessToken),
    rotate: (ward) => ward.rotate(login.refreshToken),
    revoke: (ward) => ward.revoke({ subject: 'ada' }),
  }
  for (const [name, call] of Object.entries(calls)) {
    const trigger = armed<readonly string[]>()
    const hold = holdRead('after', trigger)
    const ward = await bench.ward({ through: hold.through })
    trigger.arm()
    const pending = begun(call(ward))
    await hold.reached
    const closing = begun(ward.close())
    await assertThrows(pending, CLOSED, `${name}, closed before it wrote`)
    hold.release()
    await closing
    await turns()
  }
  await assertActive(other, login.accessToken, 'nothing was written after close()')
  const next = await other.rotate(login.refreshToken)
  assert.equal(next.active && next.retried, false, 'nothing was rotated after close()')
  assertRotated(next, 'nothing was revoked after close()')
}

export const cases: readonly Case[] = [closedAtWork]
