import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { HOUR, SECOND } from '../../harness/clock.ts'
import { claimsOf } from '../../harness/handmade-tokens.ts'
import type { InstanceOverrides } from '../../harness/instance-options.ts'
import { handleLater } from '../../harness/unhandled-errors.ts'
import { armed, ofKind, pauseRead, pauseWrite } from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { claims } from '../../suite/requirements.ts'
import { pruneAll } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web', lifetime: '1m', refresh: false } as const
const PLACES = ['before', 'after'] as const

/** A denylist too, where the store supports it: there a record that was pruned means "not revoked". */
function policiesOf(context: CaseContext): readonly NonNullable<InstanceOverrides['policy']>[] {
  const { durability } = context.environment.capabilities
  return durability === 'durable' ? ['allowlist', 'denylist'] : ['allowlist']
}

/** Sleeps past expiry, retention and margin, and prunes everything that can be pruned. */
async function sleep(context: CaseContext, instance: Tokenward): Promise<void> {
  context.clock.advance(HOUR)
  await pruneAll(instance)
}

const pausedVerify: Case = {
  planRow: 55,
  name: 'paused-verify',
  level: 'engine',
  catches: 'now is read after the answers of the store, so a pruned record cannot mean active',
  requires: claims('pruning'),
  async run(context) {
    for (const policy of policiesOf(context)) {
      for (const place of PLACES) {
        for (const isRevoked of [true, false]) {
          const other = await context.instance({ policy })
          const { accessToken, expiresAt } = await other.issue(GRANT)
          if (isRevoked) await other.revoke(accessToken)
          const trigger = armed<readonly string[]>()
          const pause = pauseRead(place, trigger)
          const instance = await context.instance({ policy, wrap: pause.wrap })
          trigger.arm()
          context.clock.set(expiresAt - 1)
          const verifying = handleLater(instance.verify(accessToken))
          await pause.reached
          await sleep(context, other)
          pause.release()
          const { active } = await verifying
          assert.equal(active, false, `${policy}, paused ${place} its read: accepted`)
        }
      }
    }
  },
}

const stalledConsume: Case = {
  planRow: 65,
  name: 'stalled-consume',
  level: 'engine',
  catches: 'consume and rotate check expiry again after the answer to their write',
  requires: claims('pruning'),
  async run(context) {
    for (const policy of policiesOf(context)) {
      for (const place of PLACES) {
        await stalled(context, policy, place)
        await stalledRotate(context, policy, place)
      }
    }
  },
}

async function stalled(
  context: CaseContext,
  policy: 'allowlist' | 'denylist',
  place: 'before' | 'after',
): Promise<void> {
  const other = await context.instance({ policy })
  const { accessToken, expiresAt } = await other.issue(GRANT)
  const pause = pauseWrite(place, ofKind('token'))
  const instance = await context.instance({ policy, wrap: pause.wrap })
  context.clock.set(expiresAt - 1)
  const consuming = handleLater(instance.consume(accessToken))
  await pause.reached
  await sleep(context, other)
  pause.release()
  const { active } = await consuming
  assert.equal(active, false, `${policy}, a consume paused ${place} its write won`)
}

async function stalledRotate(
  context: CaseContext,
  policy: 'allowlist' | 'denylist',
  place: 'before' | 'after',
): Promise<void> {
  const lifetimes = { access: '1m', refresh: '2m', session: '30d' } as const
  const other = await context.instance({ policy, lifetimes })
  const { refreshToken } = await other.issue({ subject: 'ada', client: 'web' })
  const pause = pauseWrite(place, ofKind('session'))
  const instance = await context.instance({ policy, lifetimes, wrap: pause.wrap })
  context.clock.set(Number(claimsOf(refreshToken)['exp']) * SECOND - 1)
  const rotating = handleLater(instance.rotate(refreshToken))
  await pause.reached
  await sleep(context, other)
  pause.release()
  const { active } = await rotating
  assert.equal(active, false, `${policy}, a rotation paused ${place} its write won`)
}

export const cases: readonly Case[] = [pausedVerify, stalledConsume]
