import assert from 'node:assert/strict'
import type { Login, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { DAY, HOUR, MINUTE } from '../../harness/clock.ts'
import { deadline } from '../../harness/timeouts.ts'
import { handleLater } from '../../harness/unhandled-errors.ts'
import { armed, pauseRead } from '../../interceptors/pause-points.ts'
import { type CallRecorder, recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { claims } from '../../suite/requirements.ts'
import {
  assertActive,
  assertLoginRefused,
  assertRefused,
  assertRotated,
  pruneAll,
  REFRESH,
} from './assertions.ts'

const SCOPES = [{ subject: 'ada' }, { client: 'web' }, { subject: 'ada', client: 'web' }] as const
/** L, the longest lifetime of a token here: how long a cutoff must be kept. */
const LIFETIMES = { access: '10m', refresh: '10d', session: '40d' } as const
const LONGEST = 10 * DAY

const epochsNeverReused: Case = {
  planRow: 47,
  name: 'epochs-never-reused',
  level: 'engine',
  catches: 'an epoch is random: a pruned one never comes back, as a counter would',
  requires: claims('pruning'),
  async run(context) {
    const sent = recordCalls()
    const instance = await context.instance({ lifetimes: LIFETIMES, wrap: sent.wrap })
    for (const target of SCOPES) {
      const login = await issuedUnderPrunedCutoff(context, instance, sent, target)
      await instance.revoke(target)
      await assertLoginRefused(instance, login, 'revoked by a new cutoff')
    }
  },
}

const absentField: Case = {
  planRow: 64,
  name: 'absent-field',
  level: 'engine',
  catches: 'a field that a new cutoff does not have constrains nothing',
  requires: claims('pruning'),
  async run(context) {
    const sent = recordCalls()
    const instance = await context.instance({ lifetimes: LIFETIMES, wrap: sent.wrap })
    for (const target of SCOPES) {
      const login = await issuedUnderPrunedCutoff(context, instance, sent, target)
      await instance.revoke(target, { only: 'access' })
      await assertActive(instance, login.refreshToken, 'only access tokens were revoked', REFRESH)
      const next = await instance.rotate(login.refreshToken)
      assertRotated(next, 'the session is active')
      await assertActive(instance, next.accessToken, 'the session is active')
    }
  },
}

const revokeDuringPrune: Case = {
  name: 'revoke-during-prune',
  level: 'engine',
  catches: 'an older cutoff that is pruned during a revocation is not taken for a newer one',
  requires: claims('pruning'),
  async run(context) {
    const lifetimes = { ...LIFETIMES, access: LIFETIMES.refresh }
    const instance = await context.instance({ lifetimes })
    for (const target of SCOPES) {
      for (const only of [undefined, 'access'] as const) {
        await instance.revoke(target, only && { only })
        const revokedAt = context.clock()
        context.clock.advance(HOUR)
        const login = await instance.issue({ subject: 'ada', client: 'web' })
        const trigger = armed<readonly string[]>()
        const pause = pauseRead('after', trigger)
        const slow = await context.instance({ lifetimes, wrap: pause.wrap })
        trigger.arm()
        const revoking = handleLater(slow.revoke(target, only && { only }))
        await pause.reached
        context.clock.set(revokedAt + LONGEST + 30 * MINUTE)
        await pruneAll(instance)
        pause.release()
        assert.equal((await revoking).revoked, true)
        await assertRefused(instance, login.accessToken, 'a cutoff was pruned meanwhile', 'revoked')
      }
    }
  },
}

const staleClaimsAfterPrune: Case = {
  name: 'stale-claims-after-prune',
  level: 'engine',
  catches:
    'stale claims are never carried again, even if the cutoff that made them stale was pruned',
  requires: claims('pruning'),
  async run(context) {
    const instance = await context.instance({ lifetimes: LIFETIMES })
    const admin = { subject: 'ada', client: 'web', claims: { role: 'admin' } }
    const fresh = { claims: () => ({ role: 'guest' }) }
    for (const target of SCOPES) {
      let login = await instance.issue(admin)
      await instance.revoke(target, { only: 'access' })
      const revokedAt = context.clock()
      for (const later of [0, LONGEST - HOUR]) {
        context.clock.set(revokedAt + later)
        const next = await instance.rotate(login.refreshToken, fresh)
        assertRotated(next, 'with claims that are computed anew')
        login = next
      }
      context.clock.set(revokedAt + LONGEST + 30 * MINUTE)
      await pruneAll(instance)
      const without = await instance.rotate(login.refreshToken)
      assert.equal(without.active ? 'active' : without.reason, 'stale-claims')
      const last = await instance.rotate(login.refreshToken, fresh)
      assertRotated(last, 'the token was not used up')
      const { claims } = await assertActive(instance, last.accessToken, 'the session is active')
      assert.equal((claims as { role?: string }).role, 'guest')
    }
  },
}

/**
 * Revokes, logs in an hour later, and prunes when the cutoff may be deleted and the login is still
 * active.
 */
async function issuedUnderPrunedCutoff(
  context: CaseContext,
  instance: Tokenward,
  sent: CallRecorder,
  target: (typeof SCOPES)[number],
): Promise<Login> {
  const old = await instance.issue({ subject: 'ada', client: 'web' })
  await instance.revoke(target)
  const cutoff = sent.writes.flat().at(-1)?.record
  assert.equal(cutoff?.kind, 'cutoff')
  const revokedAt = context.clock()
  context.clock.advance(HOUR)
  const login = await instance.issue({ subject: 'ada', client: 'web' })
  context.clock.set(revokedAt + LONGEST + 30 * MINUTE)
  await pruneAll(instance)
  const [left] = await (await context.repository()).read([cutoff.key], deadline())
  assert.equal(left, null, 'the cutoff was pruned')
  await assertRefused(
    instance,
    old.refreshToken,
    'tokens that the cutoff revoked',
    undefined,
    REFRESH,
  )
  await assertActive(instance, login.refreshToken, 'the login outlives the cutoff', REFRESH)
  return login
}

export const cases: readonly Case[] = [
  epochsNeverReused,
  absentField,
  staleClaimsAfterPrune,
  revokeDuringPrune,
]
