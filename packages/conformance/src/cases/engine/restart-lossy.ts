import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import type { ServerHandle } from '../../harness/server-handle.ts'
import type { Case } from '../../suite/case.ts'
import { all, evicting, handle, type Requirement } from '../../suite/requirements.ts'
import { assertLoginActive, assertLoginRefused, assertRefused } from './assertions.ts'
import { recovers } from './network-trials.ts'

const GRANT = { subject: 'ada', client: 'web' } as const

const emptied: Requirement = (suite) => (isKillable(suite.server) ? null : handle('wipe')(suite))

const restartLossy: Case = {
  planRow: 12,
  name: 'restart-lossy',
  level: 'engine',
  catches: 'after a restart that lost everything every token is refused, and users log in again',
  requires: all(evicting, emptied),
  async run(context) {
    const instance = await context.instance()
    const revoked = await instance.issue(GRANT)
    await instance.revoke({ subject: 'ada' })
    const byToken = await instance.issue(GRANT)
    await instance.revoke(byToken.accessToken)
    const consumed = await instance.issue({ ...GRANT, refresh: false })
    await instance.consume(consumed.accessToken)
    const live = await instance.issue(GRANT)
    for (const round of [1, 2]) {
      await restart(context.environment.server, instance)
      const when = `after restart ${round}`
      await assertRefused(instance, live.accessToken, when, ['not-found', 'revoked'])
      assert.equal((await instance.consume(consumed.accessToken)).active, false, when)
      for (const login of [revoked, byToken, live]) await assertLoginRefused(instance, login, when)
      // A new instance after the restart behaves as one that was open before.
      const starter = round === 1 ? instance : await context.instance()
      await newLoginsAccepted(context, starter, when)
      for (const login of [revoked, byToken, live])
        await assertLoginRefused(instance, login, `${when}, later`)
      assert.equal((await instance.consume(consumed.accessToken)).active, false, `${when}, later`)
    }
  },
}

function isKillable({ kill, start }: ServerHandle): boolean {
  return kill !== undefined && start !== undefined
}

async function restart(server: ServerHandle, instance: Tokenward): Promise<void> {
  if (!isKillable(server)) return await server.wipe?.()
  await server.kill?.()
  await server.start?.()
  await recovers(instance, 'what was restarted')
}

/** Without `prepare`, on every machine at once. */
async function newLoginsAccepted(
  context: CaseContext,
  instance: Tokenward,
  when: string,
): Promise<void> {
  const { revoked } = await instance.revoke({ subject: 'ada' })
  assert.ok(revoked, `${when}: a revocation is stored on an empty store`)
  const login = await instance.issue(GRANT)
  await assertLoginActive(await context.instance(), login, `${when}, a new login`)
  await instance.revoke({ session: login.session })
  await assertLoginRefused(await context.instance(), login, `${when}, revoked again`)
  await assertLoginActive(instance, await instance.issue(GRANT), `${when}, the login after that`)
}

export const cases: readonly Case[] = [restartLossy]
