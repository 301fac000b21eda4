import assert from 'node:assert/strict'
import type { Login, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { MINUTE, SECOND, shifted, testClock } from '../../harness/clock.ts'
import type { Case } from '../../suite/case.ts'
import { always, handle } from '../../suite/requirements.ts'
import {
  assertLoginActive,
  assertLoginRefused,
  assertRefused,
  assertRotated,
} from './assertions.ts'
import { nameOf, targetsOf } from './targets.ts'

const newLogin: Case = {
  planRow: 40,
  name: 'new-login',
  level: 'engine',
  catches: '"revoke now" replaces a random epoch: no clock decides whether a new login is active',
  requires: always,
  async run(context) {
    for (const [issuing, revoking] of [
      [-5, 5],
      [5, -5],
      [0, 0],
    ] as const) {
      const issuer = await context.instance({ clock: shifted(context.clock, issuing * MINUTE) })
      const revoker = await context.instance({ clock: shifted(context.clock, revoking * MINUTE) })
      const old = await issuer.issue({ subject: 'ada', client: 'web' })
      for (const target of targetsOf(old)) {
        const before = await issuer.issue({ subject: 'ada', client: 'web' })
        await revoker.revoke(target)
        const after = await issuer.issue({ subject: 'ada', client: 'web' })
        const what = `${nameOf(target)}, clocks at ${issuing} and ${revoking} minutes`
        for (const instance of [issuer, revoker]) {
          await assertLoginActive(instance, after, what)
          await assertLoginRefused(instance, 'session' in target ? old : before, what)
        }
        assertRotated(await issuer.rotate(after.refreshToken), what)
      }
    }
  },
}

const clockJump: Case = {
  planRow: 28,
  name: 'clock-jump',
  level: 'engine',
  catches: 'no clock undoes a revocation, consumption or rotation; retention has a margin for it',
  requires: always,
  async run(context) {
    const jumping = testClock(context.clock())
    const instance = await context.instance({ clock: jumping })
    const steady = await context.instance()
    const revoked = await revokedLogins(instance)
    const { accessToken: used } = await instance.issue({ subject: 'bob', client: 'web' })
    assert.equal((await instance.consume(used)).active, true)
    const rotated = await instance.issue({ subject: 'eve', client: 'web' })
    assertRotated(await instance.rotate(rotated.refreshToken), 'a rotation')
    // Past the grace period and the skew, back to before the rotation, and ahead.
    for (const minutes of [0, -10, 10]) {
      jumping.set(context.clock() + 20 * SECOND + minutes * MINUTE)
      const what = `the clock off by ${minutes} minutes`
      for (const login of revoked) await assertLoginRefused(instance, login, what)
      await assertRefused(instance, used, what, ['consumed', 'expired'])
      const consumed = await instance.consume(used)
      assert.equal(consumed.active, false, what)
      if (minutes < 0)
        assert.equal((await instance.rotate(rotated.refreshToken)).active, false, what)
      await assertLoginsActive(instance, steady, what)
    }
    await prunedAhead(context)
  },
}

const serverClockJump: Case = {
  planRow: 28,
  name: 'server-clock-jump',
  level: 'engine',
  catches: "the server's clock decides nothing: the store's own expiry has a margin",
  requires: handle('setClock'),
  async run(context) {
    const { server } = context.environment
    context.onClose(async () => server.setClock?.(0))
    const instance = await context.instance()
    const short = await context.instance({
      lifetimes: { access: '1m', refresh: '2m', session: '3m' },
    })
    const revoked = [...(await revokedLogins(instance)), ...(await revokedLogins(short))]
    const { accessToken: used } = await short.issue({ subject: 'bob', client: 'web' })
    assert.equal((await short.consume(used)).active, true)
    const live = await short.issue({ subject: 'eve', client: 'web' })
    for (const minutes of [-10, 10, 0]) {
      await server.setClock?.(minutes * MINUTE)
      const what = `the server's clock off by ${minutes} minutes`
      for (const login of revoked) await assertLoginRefused(instance, login, what)
      await assertRefused(instance, used, what, 'consumed')
      await assertLoginActive(instance, live, what)
      await assertLoginsActive(instance, short, what)
    }
  },
}

async function revokedLogins(instance: Tokenward): Promise<Login[]> {
  const logins: Login[] = []
  for (const at of [0, 1, 2, 3]) {
    const login = await instance.issue({ subject: 'ada', client: 'web' })
    const target = targetsOf(login)[at]
    assert.ok(target)
    await instance.revoke(target)
    logins.push(login)
  }
  const byToken = await instance.issue({ subject: 'ada', client: 'web' })
  await instance.revoke(byToken.refreshToken)
  return [...logins, byToken]
}

/** I4, with either side off. */
async function assertLoginsActive(
  jumped: Tokenward,
  steady: Tokenward,
  what: string,
): Promise<void> {
  for (const [revoker, issuer] of [
    [jumped, steady],
    [steady, jumped],
  ] as const) {
    await revoker.revoke({ subject: 'new' })
    const login = await issuer.issue({ subject: 'new', client: 'web' })
    await assertLoginActive(steady, login, what)
    await assertLoginActive(jumped, login, what)
  }
}

/** A pruner whose clock is ahead deletes nothing that a verifier still needs. */
async function prunedAhead(context: CaseContext): Promise<void> {
  const { pruning, durability } = context.environment.capabilities
  if (!pruning || durability !== 'durable') return
  const instance = await context.instance({ policy: 'denylist' })
  const pruner = await context.instance({
    policy: 'denylist',
    clock: shifted(context.clock, 10 * MINUTE),
  })
  const revoked = await instance.issue({ subject: 'ada', client: 'web', refresh: false })
  const used = await instance.issue({ subject: 'ada', client: 'web', refresh: false })
  await instance.revoke(revoked.accessToken)
  assert.equal((await instance.consume(used.accessToken)).active, true)
  context.clock.set(revoked.expiresAt - 1)
  await pruner.prune()
  await assertRefused(instance, revoked.accessToken, 'after a prune 10 minutes ahead', 'revoked')
  await assertRefused(instance, used.accessToken, 'after a prune 10 minutes ahead', 'consumed')
}

export const cases: readonly Case[] = [clockJump, serverClockJump, newLogin]
