import assert from 'node:assert/strict'
import { isTokenwardError, type Tokenward, type Write } from '@tokenward/core'
import type { Bench } from '../../harness/case-context.ts'
import { begun, turns } from '../../harness/unhandled-errors.ts'
import { armed, holdRead, holdWrite, type Place } from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertActive, assertAlive, assertRotated, assertThrows } from './assertions.ts'

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
  const instance = await bench.instance({ through: hold.through })
  const login = await instance.issue(GRANT)
  trigger.arm()
  const rotating = begun(instance.rotate(login.refreshToken))
  await hold.reached
  const closing = begun(instance.close({ drain: '60s' }))
  await assertThrows(instance.verify(login.accessToken), CLOSED, 'verify, while it drains')
  await turns()
  hold.release()
  const next = await rotating
  assertRotated(next, 'begun before close({ drain })')
  assert.equal(next.retried, false)
  await closing
  await assertThrows(instance.verify(login.accessToken), CLOSED, 'verify, after it drained')
  await assertAlive(await bench.instance(), next, 'rotated while the instance drained')
}

/** A call that never ends does not keep the process for longer than was asked. */
async function drainsForSoLong(bench: Bench): Promise<void> {
  const trigger = armed<readonly string[]>()
  const hold = holdRead('before', trigger)
  const instance = await bench.instance({ through: hold.through })
  const { accessToken } = await instance.issue(GRANT)
  trigger.arm()
  const verifying = begun(instance.verify(accessToken))
  await hold.reached
  const closing = begun(instance.close({ drain: '50ms' }))
  await assertThrows(verifying, CLOSED, 'verify, when the drain is over')
  hold.release()
  await closing
}

/** Its write was sent: nobody knows, and another instance takes it up in the grace window. */
async function cutRotation(bench: Bench, place: Place): Promise<void> {
  const trigger = armed<readonly Write[]>()
  const hold = holdWrite(place, trigger)
  const instance = await bench.instance({ through: hold.through })
  const login = await instance.issue(GRANT)
  trigger.arm()
  const rotating = begun(instance.rotate(login.refreshToken))
  await hold.reached
  const closing = begun(instance.close())
  const what = `rotate, cut ${place} its write happened`
  const error = await assertThrows(rotating, INDETERMINATE, what)
  assert.ok(isTokenwardError(error) && error.retryable, `${what}: is worth another try`)
  const other = await bench.instance()
  const again = await other.rotate(login.refreshToken)
  assertRotated(again, `${what}, repeated elsewhere`)
  assert.equal(again.retried, place === 'after', `${what}, repeated elsewhere`)
  hold.release()
  await closing
  await assertAlive(other, again, what)
}

/** Only a read was sent: nothing can have happened. */
async function notSentYet(bench: Bench): Promise<void> {
  const other = await bench.instance()
  const login = await other.issue(GRANT)
  const calls: Record<string, (instance: Tokenward) => Promise<unknown>> = {
    verify: (instance) => instance.verify(login.accessToken),
    rotate: (instance) => instance.rotate(login.refreshToken),
    revoke: (instance) => instance.revoke({ subject: 'ada' }),
  }
  for (const [name, call] of Object.entries(calls)) {
    const trigger = armed<readonly string[]>()
    const hold = holdRead('after', trigger)
    const instance = await bench.instance({ through: hold.through })
    trigger.arm()
    const pending = begun(call(instance))
    await hold.reached
    const closing = begun(instance.close())
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
