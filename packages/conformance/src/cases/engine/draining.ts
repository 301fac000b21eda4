import assert from 'node:assert/strict'
import { isTokenwardError, type Tokenward } from '@tokenward/core'
import type { Write } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { eventLoopTurns, handleLater } from '../../harness/unhandled-errors.ts'
import {
  armed,
  type PausePosition,
  pauseRead,
  pauseWrite,
} from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertActive, assertLoginActive, assertRotated, assertThrows } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const
const CLOSED = 'TOKENWARD_CLOSED'
const INDETERMINATE = 'TOKENWARD_WRITE_INDETERMINATE'

const closeWithPendingCalls: Case = {
  name: 'close-with-pending-calls',
  level: 'engine',
  catches: 'close({ drain }) lets calls finish; without it, a write that was sent is indeterminate',
  requires: always,
  async run(context) {
    await drains(context)
    await drainsForSoLong(context)
    for (const place of ['before', 'after'] as const) await cutRotation(context, place)
    await notSentYet(context)
  },
}

/** A call that began earlier finishes; a later call is refused. */
async function drains(context: CaseContext): Promise<void> {
  const trigger = armed<readonly string[]>()
  const pause = pauseRead('after', trigger)
  const instance = await context.instance({ wrap: pause.wrap })
  const login = await instance.issue(GRANT)
  trigger.arm()
  const rotating = handleLater(instance.rotate(login.refreshToken))
  await pause.reached
  const closing = handleLater(instance.close({ drain: '60s' }))
  await assertThrows(instance.verify(login.accessToken), CLOSED, 'verify, while it drains')
  await eventLoopTurns()
  pause.release()
  const next = await rotating
  assertRotated(next, 'begun before close({ drain })')
  assert.equal(next.retried, false)
  await closing
  await assertThrows(instance.verify(login.accessToken), CLOSED, 'verify, after it drained')
  await assertLoginActive(await context.instance(), next, 'rotated while the instance drained')
}

/** A call that never ends does not keep the process longer than the drain time. */
async function drainsForSoLong(context: CaseContext): Promise<void> {
  const trigger = armed<readonly string[]>()
  const pause = pauseRead('before', trigger)
  const instance = await context.instance({ wrap: pause.wrap })
  const { accessToken } = await instance.issue(GRANT)
  trigger.arm()
  const verifying = handleLater(instance.verify(accessToken))
  await pause.reached
  const closing = handleLater(instance.close({ drain: '50ms' }))
  await assertThrows(verifying, CLOSED, 'verify, when the drain is over')
  pause.release()
  await closing
}

/** Its write was sent: the result is unknown, and another instance retries within the grace period. */
async function cutRotation(context: CaseContext, place: PausePosition): Promise<void> {
  const trigger = armed<readonly Write[]>()
  const pause = pauseWrite(place, trigger)
  const instance = await context.instance({ wrap: pause.wrap })
  const login = await instance.issue(GRANT)
  trigger.arm()
  const rotating = handleLater(instance.rotate(login.refreshToken))
  await pause.reached
  const closing = handleLater(instance.close())
  const what = `rotate, cut ${place} its write happened`
  const error = await assertThrows(rotating, INDETERMINATE, what)
  assert.ok(isTokenwardError(error) && error.retryable, `${what}: is retryable`)
  const other = await context.instance()
  const again = await other.rotate(login.refreshToken)
  assertRotated(again, `${what}, repeated elsewhere`)
  assert.equal(again.retried, place === 'after', `${what}, repeated elsewhere`)
  pause.release()
  await closing
  await assertLoginActive(other, again, what)
}

/** Only a read was sent: nothing can have changed. */
async function notSentYet(context: CaseContext): Promise<void> {
  const other = await context.instance()
  const login = await other.issue(GRANT)
  const calls: Record<string, (instance: Tokenward) => Promise<unknown>> = {
    verify: (instance) => instance.verify(login.accessToken),
    rotate: (instance) => instance.rotate(login.refreshToken),
    revoke: (instance) => instance.revoke({ subject: 'ada' }),
  }
  for (const [name, call] of Object.entries(calls)) {
    const trigger = armed<readonly string[]>()
    const pause = pauseRead('after', trigger)
    const instance = await context.instance({ wrap: pause.wrap })
    trigger.arm()
    const pending = handleLater(call(instance))
    await pause.reached
    const closing = handleLater(instance.close())
    await assertThrows(pending, CLOSED, `${name}, closed before it wrote`)
    pause.release()
    await closing
    await eventLoopTurns()
  }
  await assertActive(other, login.accessToken, 'nothing was written after close()')
  const next = await other.rotate(login.refreshToken)
  assert.equal(next.active && next.retried, false, 'nothing was rotated after close()')
  assertRotated(next, 'nothing was revoked after close()')
}

export const cases: readonly Case[] = [closeWithPendingCalls]
