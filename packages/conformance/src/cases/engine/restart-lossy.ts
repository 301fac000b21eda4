import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import type { Bench } from '../../bench/bench.ts'
import type { ServerHandle } from '../../bench/server.ts'
import type { Case } from '../../suite/case.ts'
import { all, evicting, type Gate, handle } from '../../suite/gates.ts'
import { assertAlive, assertDead, assertRefused } from './expect.ts'
import { recovers } from './network-trials.ts'

const GRANT = { subject: 'ada', client: 'web' } as const

const emptied: Gate = (setting) => (isKillable(setting.server) ? null : handle('wipe')(setting))

const restartLossy: Case = {
  row: 12,
  name: 'restart-lossy',
  level: 'engine',
  guards: 'after a restart that lost everything every token is refused, and users log in again',
  gate: all(evicting, emptied),
  async run(bench) {
    const ward = await bench.ward()
    const revoked = await ward.issue(GRANT)
    await ward.revoke({ subject: 'ada' })
    const byToken = await ward.issue(GRANT)
    await ward.revoke(byToken.accessToken)
    const consumed = await ward.issue({ ...GRANT, refresh: false })
    await ward.consume(consumed.accessToken)
    const live = await ward.issue(GRANT)
    for (const round of [1, 2]) {
      await restart(bench.stage.server, ward)
      const when = `after restart ${round}`
      await assertRefused(ward, live.accessToken, when, ['not-found', 'revoked'])
      assert.equal((await ward.consume(consumed.accessToken)).active, false, when)
      for (const login of [revoked, byToken, live]) await assertDead(ward, login, when)
      // Who starts anew after the restart knows no more than who was there before.
      const starter = round === 1 ? ward : await bench.ward()
      await lifeGoesOn(bench, starter, when)
      for (const login of [revoked, byToken, live]) await assertDead(ward, login, `${when}, later`)
      assert.equal((await ward.consume(consumed.accessToken)).active, false, `${when}, later`)
    }
  },
}

function isKillable({ kill, start }: ServerHandle): boolean {
  return kill !== undefined && start !== undefined
}

async function restart(server: ServerHandle, ward: Tokenward): Promise<void> {
  if (!isKillable(server)) return await server.wipe?.()
  await server.kill?.()
  await server.start?.()
  await recovers(ward, 'what was restarted')
}

/** Without `prepare`, on every machine at once. */
async function lifeGoesOn(bench: Bench, ward: Tokenward, when: string): Promise<void> {
  const { revoked } = await ward.revoke({ subject: 'ada' })
  assert.ok(revoked, `${when}: a revocation is heard on an empty store`)
  const login = await ward.issue(GRANT)
  await assertAlive(await bench.ward(), login, `${when}, a new login`)
  await ward.revoke({ session: login.session })
  await assertDead(await bench.ward(), login, `${when}, revoked again`)
  await assertAlive(ward, await ward.issue(GRANT), `${when}, the login after that`)
}

export const cases: readonly Case[] = [restartLossy]
