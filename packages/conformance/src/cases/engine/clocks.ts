import assert from 'node:assert/strict'
import type { Login, Tokenward } from '@tokenward/core'
import type { Bench } from '../../harness/case-context.ts'
import { MINUTE, SECOND, shifted, testClock } from '../../harness/clock.ts'
import type { Case } from '../../suite/case.ts'
import { always, handle } from '../../suite/requirements.ts'
import { assertAlive, assertDead, assertRefused, assertRotated } from './assertions.ts'
import { nameOf, targetsOf } from './targets.ts'

const newLogin: Case = {
  row: 40,
  name: 'new-login',
  level: 'engine',
  guards: '"revoke now" replaces a random epoch: no clock decides whether a new login lives',
  gate: always,
  async run(bench) {
    for (const [issuing, revoking] of [
      [-5, 5],
      [5, -5],
      [0, 0],
    ] as const) {
      const issuer = await bench.instance({ clock: shifted(bench.clock, issuing * MINUTE) })
      const revoker = await bench.instance({ clock: shifted(bench.clock, revoking * MINUTE) })
      const old = await issuer.issue({ subject: 'ada', client: 'web' })
      for (const target of targetsOf(old)) {
        const before = await issuer.issue({ subject: 'ada', client: 'web' })
        await revoker.revoke(target)
        const after = await issuer.issue({ subject: 'ada', client: 'web' })
        const what = `${nameOf(target)}, clocks at ${issuing} and ${revoking} minutes`
        for (const instance of [issuer, revoker]) {
          await assertAlive(instance, after, what)
          await assertDead(instance, 'session' in target ? old : before, what)
        }
        assertRotated(await issuer.rotate(after.refreshToken), what)
      }
    }
  },
}

const clockJump: Case = {
  row: 28,
  name: 'clock-jump',
  level: 'engine',
  guards:
    'no revocation, consumption or rotation is undone by a clock; retention has a margin for it',
  gate: always,
  async run(bench) {
    const jumping = testClock(bench.clock())
    const instance = await bench.instance({ clock: jumping })
    const steady = await bench.instance()
    const dead = await revokedLogins(instance)
    const { accessToken: used } = await instance.issue({ subject: 'bob', client: 'web' })
    assert.equal((await instance.consume(used)).active, true)
    const rotated = await instance.issue({ subject: 'eve', client: 'web' })
    assertRotated(await instance.rotate(rotated.refreshToken), 'a rotation')
    // Past its grace window and the skew, back to before the rotation, and ahead.
    for (const minutes of [0, -10, 10]) {
      jumping.set(bench.clock() + 20 * SECOND + minutes * MINUTE)
      const what = `the clock off by ${minutes} minutes`
      for (const login of dead) await assertDead(instance, login, what)
      await assertRefused(instance, used, what, ['consumed', 'expired'])
      const consumed = await instance.consume(used)
      assert.equal(consumed.active, false, what)
      if (minutes < 0)
        assert.equal((await instance.rotate(rotated.refreshToken)).active, false, what)
      await assertLoginsLive(instance, steady, what)
    }
    await prunedAhead(bench)
  },
}

const serverClockJump: Case = {
  row: 28,
  name: 'server-clock-jump',
  level: 'engine',
  guards: "the server's clock decides nothing: what it expires by itself has a margin",
  gate: handle('setClock'),
  async run(bench) {
    const { server } = bench.stage
    bench.onClose(async () => server.setClock?.(0))
    const instance = await bench.instance()
    const short = await bench.instance({
      lifetimes: { access: '1m', refresh: '2m', session: '3m' },
    })
    const dead = [...(await revokedLogins(instance)), ...(await revokedLogins(short))]
    const { accessToken: used } = await short.issue({ subject: 'bob', client: 'web' })
    assert.equal((await short.consume(used)).active, true)
    const live = await short.issue({ subject: 'eve', client: 'web' })
    for (const minutes of [-10, 10, 0]) {
      await server.setClock?.(minutes * MINUTE)
      const what = `the server's clock off by ${minutes} minutes`
      for (const login of dead) await assertDead(instance, login, what)
      await assertRefused(instance, used, what, 'consumed')
      await assertAlive(instance, live, what)
      await assertLoginsLive(instance, short, what)
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

/** I4, either side being off. */
async function assertLoginsLive(jumped: Tokenward, steady: Tokenward, what: string): Promise<void> {
  for (const [revoker, issuer] of [
    [jumped, steady],
    [steady, jumped],
  ] as const) {
    await revoker.revoke({ subject: 'new' })
    const login = await issuer.issue({ subject: 'new', client: 'web' })
    await assertAlive(steady, login, what)
    await assertAlive(jumped, login, what)
  }
}

/** A pruner whose clock is ahead takes nothing that a verifier still needs. */
async function prunedAhead(bench: Bench): Promise<void> {
  const { pruning, durability } = bench.stage.capabilities
  if (!pruning || durability !== 'durable') return
  const instance = await bench.instance({ policy: 'denylist' })
  const pruner = await bench.instance({
    policy: 'denylist',
    clock: shifted(bench.clock, 10 * MINUTE),
  })
  const revoked = await instance.issue({ subject: 'ada', client: 'web', refresh: false })
  const used = await instance.issue({ subject: 'ada', client: 'web', refresh: false })
  await instance.revoke(revoked.accessToken)
  assert.equal((await instance.consume(used.accessToken)).active, true)
  bench.clock.set(revoked.expiresAt - 1)
  await pruner.prune()
  await assertRefused(instance, revoked.accessToken, 'after a prune 10 minutes ahead', 'revoked')
  await assertRefused(instance, used.accessToken, 'after a prune 10 minutes ahead', 'consumed')
}

export const cases: readonly Case[] = [clockJump, serverClockJump, newLogin]
