import assert from 'node:assert/strict'
import { isTokenwardError, type Login, type Tokenward } from '@tokenward/core'
import type { Bench } from '../../harness/case-context.ts'
import { DAY, shifted } from '../../harness/clock.ts'
import type { Accounts } from '../../harness/server-handle.ts'
import type { Case } from '../../suite/case.ts'
import { all, claims, handle } from '../../suite/requirements.ts'
import {
  assertActive,
  assertAlive,
  assertDead,
  assertRefused,
  assertRotated,
} from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const
/** Past every retention. */
const FAR: number = 400 * DAY

const leastPrivilege: Case = {
  row: 36,
  name: 'least-privilege',
  level: 'engine',
  guards: 'each account can do its work by the documented grants, and nothing else',
  gate: all(claims('roles'), handle('accounts')),
  async run(bench) {
    const accounts = (await bench.stage.server.accounts?.()) ?? assert.fail('there are accounts')
    await verifies(bench, accounts)
    await writes(bench, accounts)
    await prunes(bench, accounts)
    await migrates(bench, accounts)
  },
}

/** For what is denied: some of it is tried again until the deadline. */
async function hasty(bench: Bench, url: string, ahead = 0): Promise<Tokenward> {
  const deadline = await bench.shortDeadline(500)
  return bench.instance({ url, deadline: `${deadline}ms`, clock: shifted(bench.clock, ahead) })
}

async function verifies(bench: Bench, { verify }: Accounts): Promise<void> {
  const judge = await bench.instance()
  const [live, gone] = [await judge.issue(GRANT), await judge.issue(GRANT)]
  await judge.revoke(gone.refreshToken)
  const instance = await bench.instance({ url: verify })
  await assertAlive(instance, live, 'with the right to verify')
  await assertRefused(instance, gone.accessToken, 'with the right to verify', 'revoked')
  assert.equal((await instance.explain(live.accessToken)).active, true, 'it can explain')
  if (bench.stage.capabilities.listing) await instance.list({ subject: GRANT.subject })
  const denied = await hasty(bench, verify)
  const calls = {
    issue: () => denied.issue(GRANT),
    consume: () => denied.consume(live.accessToken),
    rotate: () => denied.rotate(live.refreshToken),
    revoke: () => denied.revoke({ subject: GRANT.subject }),
  }
  const trials = Object.entries(calls).map(([name, call]) =>
    assertDenied(call, `${name} with the right to verify alone`),
  )
  await Promise.all(trials)
  await assertAlive(judge, live, 'what was denied changed nothing')
  await assertNotPruned(bench, verify, gone)
  const options = bench.options({ namespace: fresh(bench), url: verify, deadline: '500ms' })
  const prepare = () => bench.stage.engine.prepare(options)
  await assertDenied(prepare, 'prepare with the right to verify alone')
}

async function writes(bench: Bench, { write }: Accounts): Promise<void> {
  const instance = await bench.instance({ url: write })
  const [login, used] = [await instance.issue(GRANT), await instance.issue(GRANT)]
  const next = await instance.rotate(login.refreshToken)
  assertRotated(next, 'with the right to write')
  await assertAlive(instance, next, 'with the right to write')
  assert.equal((await instance.consume(used.accessToken)).active, true, 'with the right to write')
  await instance.revoke({ session: login.session })
  await assertDead(instance, next, 'with the right to write')
  await assertNotPruned(bench, write, login)
}

async function assertNotPruned(bench: Bench, url: string, gone: Login): Promise<void> {
  if (!bench.stage.capabilities.pruning) return
  const instance = await hasty(bench, url, FAR)
  await assertDenied(() => instance.prune(), 'prune without the right to')
  await assertRefused(await bench.instance(), gone.accessToken, 'nothing was pruned', 'revoked')
}

async function prunes(bench: Bench, { prune }: Accounts): Promise<void> {
  if (!bench.stage.capabilities.pruning) return
  const namespace = fresh(bench)
  const judge = await bench.instance({ namespace })
  const { accessToken } = await judge.issue(GRANT)
  const clock = shifted(bench.clock, FAR)
  const deadline = await bench.shortDeadline(500)
  const denied = await bench.instance({ namespace, url: prune, deadline: `${deadline}ms`, clock })
  await assertDenied(() => denied.issue(GRANT), 'issue with the right to prune alone')
  const instance = await bench.instance({ namespace, url: prune, clock })
  await assertActive(judge, accessToken, 'not pruned yet')
  assert.ok((await instance.prune()).deleted > 0, 'with the right to prune')
  await assertRefused(judge, accessToken, 'pruned')
}

async function migrates(bench: Bench, { migrate }: Accounts): Promise<void> {
  const namespace = fresh(bench)
  const { root } = await bench.stage.engine.prepare(bench.options({ namespace, url: migrate }))
  assert.equal(root, 'made', 'with the right to migrate')
  const instance = await bench.instance({ namespace })
  await assertAlive(instance, await instance.issue(GRANT), 'in what it prepared')
}

function fresh(bench: Bench): string {
  return `${bench.namespace}-${bench.random.hex(8)}`
}

/** What the store refuses comes as an error that callers can tell by its code. */
async function assertDenied(call: () => Promise<unknown>, what: string): Promise<void> {
  await assert.rejects(call, (error) => isTokenwardError(error), `${what}: it was not denied`)
}

export const cases: readonly Case[] = [leastPrivilege]
