import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import type { Bench, Overrides } from '../../harness/case-context.ts'
import { HOUR, SECOND } from '../../harness/clock.ts'
import { claimsOf } from '../../harness/handmade-tokens.ts'
import { begun } from '../../harness/unhandled-errors.ts'
import { armed, holdRead, holdWrite, ofKind } from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { claims } from '../../suite/requirements.ts'
import { pruneAll } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web', lifetime: '1m', refresh: false } as const
const PLACES = ['before', 'after'] as const

/** A denylist too, where one can be kept: there a record that was pruned means "not revoked". */
function policiesOf(bench: Bench): readonly NonNullable<Overrides['policy']>[] {
  const { durability } = bench.stage.capabilities
  return durability === 'durable' ? ['allowlist', 'denylist'] : ['allowlist']
}

/** Sleeps past expiry, retention and margin, and lets everything be pruned that can be. */
async function sleep(bench: Bench, instance: Tokenward): Promise<void> {
  bench.clock.advance(HOUR)
  await pruneAll(instance)
}

const pausedVerify: Case = {
  row: 55,
  name: 'paused-verify',
  level: 'engine',
  guards: 'now is read after the answers of the store, so a pruned record cannot mean alive',
  gate: claims('pruning'),
  async run(bench) {
    for (const policy of policiesOf(bench)) {
      for (const place of PLACES) {
        for (const isRevoked of [true, false]) {
          const other = await bench.instance({ policy })
          const { accessToken, expiresAt } = await other.issue(GRANT)
          if (isRevoked) await other.revoke(accessToken)
          const trigger = armed<readonly string[]>()
          const hold = holdRead(place, trigger)
          const instance = await bench.instance({ policy, through: hold.through })
          trigger.arm()
          bench.clock.set(expiresAt - 1)
          const verifying = begun(instance.verify(accessToken))
          await hold.reached
          await sleep(bench, other)
          hold.release()
          const { active } = await verifying
          assert.equal(active, false, `${policy}, paused ${place} its read: accepted`)
        }
      }
    }
  },
}

const stalledConsume: Case = {
  row: 65,
  name: 'stalled-consume',
  level: 'engine',
  guards: 'consume and rotate judge expiry again after the answer to their write',
  gate: claims('pruning'),
  async run(bench) {
    for (const policy of policiesOf(bench)) {
      for (const place of PLACES) {
        await stalled(bench, policy, place)
        await stalledRotate(bench, policy, place)
      }
    }
  },
}

async function stalled(
  bench: Bench,
  policy: 'allowlist' | 'denylist',
  place: 'before' | 'after',
): Promise<void> {
  const other = await bench.instance({ policy })
  const { accessToken, expiresAt } = await other.issue(GRANT)
  const hold = holdWrite(place, ofKind('token'))
  const instance = await bench.instance({ policy, through: hold.through })
  bench.clock.set(expiresAt - 1)
  const consuming = begun(instance.consume(accessToken))
  await hold.reached
  await sleep(bench, other)
  hold.release()
  const { active } = await consuming
  assert.equal(active, false, `${policy}, a consume paused ${place} its write won`)
}

async function stalledRotate(
  bench: Bench,
  policy: 'allowlist' | 'denylist',
  place: 'before' | 'after',
): Promise<void> {
  const lifetimes = { access: '1m', refresh: '2m', session: '30d' } as const
  const other = await bench.instance({ policy, lifetimes })
  const { refreshToken } = await other.issue({ subject: 'ada', client: 'web' })
  const hold = holdWrite(place, ofKind('session'))
  const instance = await bench.instance({ policy, lifetimes, through: hold.through })
  bench.clock.set(Number(claimsOf(refreshToken)['exp']) * SECOND - 1)
  const rotating = begun(instance.rotate(refreshToken))
  await hold.reached
  await sleep(bench, other)
  hold.release()
  const { active } = await rotating
  assert.equal(active, false, `${policy}, a rotation paused ${place} its write won`)
}

export const cases: readonly Case[] = [pausedVerify, stalledConsume]
