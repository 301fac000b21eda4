import type { Capabilities } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { type RepositoryWrapper, replace } from '../../interceptors/intercept.ts'
import { type CallRecorder, recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { handle } from '../../suite/requirements.ts'
import { assertLoginActive, assertLoginRefused, assertThrows } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const

const durabilityChanged: Case = {
  name: 'durability-changed',
  level: 'engine',
  catches:
    'tokens issued while the store was evicting are refused once it is durable, and the other way round',
  requires: handle('drop'),
  async run(context) {
    await becomesDurable(context)
    await becomesEvicting(context)
  },
}

/** The same backend with other capabilities, as after a change of its settings. */
function claiming(durability: Capabilities['durability'], sent: CallRecorder): RepositoryWrapper {
  return (inner) =>
    sent.wrap(
      replace(inner, {
        capabilities: { ...inner.capabilities, durability },
        open: async () => {
          await inner.open()
          return []
        },
      }),
    )
}

async function becomesDurable(context: CaseContext): Promise<void> {
  const namespace = `${context.namespace} then durable`
  const sent = recordCalls()
  const evicting = { namespace, wrap: claiming('evicting', sent) }
  const keeps = { namespace, wrap: claiming('durable', sent) }
  const then = await context.instance(evicting)
  const [live, revoked] = [await then.issue(GRANT), await then.issue(GRANT)]
  sent.clear()
  await then.revoke({ session: revoked.session })
  for (const { record } of sent.writes.flat()) await context.environment.server.drop?.(record.key)
  const { engine } = context.environment
  await assertThrows(
    engine.createTokenward(context.options({ ...keeps, policy: 'denylist' })),
    'TOKENWARD_NOT_PREPARED',
    'a denylist on a store that was evicting',
  )
  const now = await context.instance(keeps)
  const what = 'revoked on a store that was evicting'
  await assertLoginRefused(now, revoked, `${what}, which claims to be durable now`)
  // It cannot be distinguished from a token whose revocation was evicted.
  await assertLoginRefused(now, live, 'issued on a store that was evicting')
  await assertLoginActive(now, await now.issue(GRANT), 'a new login is accepted')
}

async function becomesEvicting(context: CaseContext): Promise<void> {
  const namespace = `${context.namespace} then evicting`
  const sent = recordCalls()
  const before = await context.instance({ namespace, wrap: claiming('durable', sent) })
  const [live, revoked] = [await before.issue(GRANT), await before.issue(GRANT)]
  await before.revoke({ session: revoked.session })
  await before.revoke({ subject: 'ada' }, { only: 'access' })
  const now = await context.instance({ namespace, wrap: claiming('evicting', sent) })
  for (const login of [live, revoked])
    await assertLoginRefused(now, login, 'issued without its cutoffs')
  const login = await now.issue(GRANT)
  await assertLoginActive(now, login, 'a new login is accepted')
  await now.revoke({ subject: 'ada' })
  await assertLoginRefused(now, login, 'revoked')
  await assertLoginActive(now, await now.issue(GRANT), 'a new login is accepted after that')
}

export const cases: readonly Case[] = [durabilityChanged]
