import assert from 'node:assert/strict'
import { isTokenwardError, type Login, type Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { DAY, shifted } from '../../harness/clock.ts'
import type { ServerAccounts } from '../../harness/server-handle.ts'
import type { Case } from '../../suite/case.ts'
import { all, claims, handle } from '../../suite/requirements.ts'
import {
  assertActive,
  assertLoginActive,
  assertLoginRefused,
  assertRefused,
  assertRotated,
} from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const
/** Later than every retention. */
const FAR: number = 400 * DAY

const leastPrivilege: Case = {
  planRow: 36,
  name: 'least-privilege',
  level: 'engine',
  catches: 'each account can do its work with the documented grants, and nothing else',
  requires: all(claims('roles'), handle('accounts')),
  async run(context) {
    const accounts =
      (await context.environment.server.accounts?.()) ?? assert.fail('there are accounts')
    await verifies(context, accounts)
    await writes(context, accounts)
    await prunes(context, accounts)
    await migrates(context, accounts)
  },
}

/** For denied calls: some of them are retried until the deadline. */
async function earlyAck(context: CaseContext, url: string, ahead = 0): Promise<Tokenward> {
  const deadline = await context.shortDeadline(500)
  return context.instance({ url, deadline: `${deadline}ms`, clock: shifted(context.clock, ahead) })
}

async function verifies(context: CaseContext, { verify }: ServerAccounts): Promise<void> {
  const verifier = await context.instance()
  const [live, gone] = [await verifier.issue(GRANT), await verifier.issue(GRANT)]
  await verifier.revoke(gone.refreshToken)
  const instance = await context.instance({ url: verify })
  await assertLoginActive(instance, live, 'with the right to verify')
  await assertRefused(instance, gone.accessToken, 'with the right to verify', 'revoked')
  assert.equal((await instance.explain(live.accessToken)).active, true, 'it can explain')
  if (context.environment.capabilities.listing) await instance.list({ subject: GRANT.subject })
  const denied = await earlyAck(context, verify)
  const calls = {
    issue: () => denied.issue(GRANT),
    consume: () => denied.consume(live.accessToken),
    rotate: () => denied.rotate(live.refreshToken),
    revoke: () => denied.revoke({ subject: GRANT.subject }),
  }
  const trials = Object.entries(calls).map(([name, call]) =>
    assertDenied(call, `${name} with the right to verify only`),
  )
  await Promise.all(trials)
  await assertLoginActive(verifier, live, 'denied calls changed nothing')
  await assertNotPruned(context, verify, gone)
  const options = context.options({ namespace: fresh(context), url: verify, deadline: '500ms' })
  const prepare = () => context.environment.engine.prepare(options)
  await assertDenied(prepare, 'prepare with the right to verify only')
}

async function writes(context: CaseContext, { write }: ServerAccounts): Promise<void> {
  const instance = await context.instance({ url: write })
  const [login, used] = [await instance.issue(GRANT), await instance.issue(GRANT)]
  const next = await instance.rotate(login.refreshToken)
  assertRotated(next, 'with the right to write')
  await assertLoginActive(instance, next, 'with the right to write')
  assert.equal((await instance.consume(used.accessToken)).active, true, 'with the right to write')
  await instance.revoke({ session: login.session })
  await assertLoginRefused(instance, next, 'with the right to write')
  await assertNotPruned(context, write, login)
}

async function assertNotPruned(context: CaseContext, url: string, gone: Login): Promise<void> {
  if (!context.environment.capabilities.pruning) return
  const instance = await earlyAck(context, url, FAR)
  await assertDenied(() => instance.prune(), 'prune without the right to')
  await assertRefused(await context.instance(), gone.accessToken, 'nothing was pruned', 'revoked')
}

async function prunes(context: CaseContext, { prune }: ServerAccounts): Promise<void> {
  if (!context.environment.capabilities.pruning) return
  const namespace = fresh(context)
  const verifier = await context.instance({ namespace })
  const { accessToken } = await verifier.issue(GRANT)
  const clock = shifted(context.clock, FAR)
  const deadline = await context.shortDeadline(500)
  const denied = await context.instance({ namespace, url: prune, deadline: `${deadline}ms`, clock })
  await assertDenied(() => denied.issue(GRANT), 'issue with the right to prune only')
  const instance = await context.instance({ namespace, url: prune, clock })
  await assertActive(verifier, accessToken, 'not pruned yet')
  assert.ok((await instance.prune()).deleted > 0, 'with the right to prune')
  await assertRefused(await context.instance({ namespace }), accessToken, 'pruned')
}

async function migrates(context: CaseContext, { migrate }: ServerAccounts): Promise<void> {
  const namespace = fresh(context)
  const { root } = await context.environment.engine.prepare(
    context.options({ namespace, url: migrate }),
  )
  assert.equal(root, 'made', 'with the right to migrate')
  const instance = await context.instance({ namespace })
  await assertLoginActive(instance, await instance.issue(GRANT), 'in what it prepared')
}

function fresh(context: CaseContext): string {
  return `${context.namespace}-${context.random.hex(8)}`
}

/** A refusal by the store is an error that callers recognize by its code. */
async function assertDenied(call: () => Promise<unknown>, what: string): Promise<void> {
  await assert.rejects(call, (error) => isTokenwardError(error), `${what}: it was not denied`)
}

export const cases: readonly Case[] = [leastPrivilege]
