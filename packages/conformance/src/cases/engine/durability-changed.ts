import type { Capabilities } from '@tokenward/core'
import type { Bench } from '../../harness/case-context.ts'
import { replace, type Through } from '../../interceptors/intercept.ts'
import { type Recorder, recorder } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { handle } from '../../suite/requirements.ts'
import { assertAlive, assertDead, assertThrows } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const

const retentionChanged: Case = {
  name: 'retention-changed',
  level: 'engine',
  guards:
    'what was issued while the store could forget dies when it is called durable, and the other way round',
  gate: handle('drop'),
  async run(bench) {
    await becomesDurable(bench)
    await becomesEvicting(bench)
  },
}

/** The same backend, by another account of itself: its settings were changed. */
function claiming(durability: Capabilities['durability'], sent: Recorder): Through {
  return (inner) =>
    sent.through(
      replace(inner, {
        capabilities: { ...inner.capabilities, durability },
        open: async () => {
          await inner.open()
          return []
        },
      }),
    )
}

async function becomesDurable(bench: Bench): Promise<void> {
  const namespace = `${bench.namespace} then durable`
  const sent = recorder()
  const forgets = { namespace, through: claiming('evicting', sent) }
  const keeps = { namespace, through: claiming('durable', sent) }
  const then = await bench.instance(forgets)
  const [live, revoked] = [await then.issue(GRANT), await then.issue(GRANT)]
  sent.clear()
  await then.revoke({ session: revoked.session })
  for (const { record } of sent.writes.flat()) await bench.stage.server.drop?.(record.key)
  const { engine } = bench.stage
  await assertThrows(
    engine.createTokenward(bench.options({ ...keeps, policy: 'denylist' })),
    'TOKENWARD_NOT_PREPARED',
    'a denylist on what could forget',
  )
  const now = await bench.instance(keeps)
  const what = 'revoked on a store that could forget'
  await assertDead(now, revoked, `${what}, which calls itself durable now`)
  // Nobody can tell it from those whose revocation was forgotten.
  await assertDead(now, live, 'issued on a store that could forget')
  await assertAlive(now, await now.issue(GRANT), 'life goes on')
}

async function becomesEvicting(bench: Bench): Promise<void> {
  const namespace = `${bench.namespace} then evicting`
  const sent = recorder()
  const before = await bench.instance({ namespace, through: claiming('durable', sent) })
  const [live, revoked] = [await before.issue(GRANT), await before.issue(GRANT)]
  await before.revoke({ session: revoked.session })
  await before.revoke({ subject: 'ada' }, { only: 'access' })
  const now = await bench.instance({ namespace, through: claiming('evicting', sent) })
  for (const login of [live, revoked]) await assertDead(now, login, 'born without its cutoffs')
  const login = await now.issue(GRANT)
  await assertAlive(now, login, 'life goes on')
  await now.revoke({ subject: 'ada' })
  await assertDead(now, login, 'revoked')
  await assertAlive(now, await now.issue(GRANT), 'life goes on after that')
}

export const cases: readonly Case[] = [retentionChanged]
