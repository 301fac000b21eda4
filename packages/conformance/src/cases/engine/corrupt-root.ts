import assert from 'node:assert/strict'
import { isTokenwardError, type Login, type StoredRecord, type Tokenward } from '@tokenward/core'
import type { Bench, Overrides } from '../../harness/case-context.ts'
import { patience } from '../../harness/deadline.ts'
import { recorder } from '../../interceptors/record-calls.ts'
import { corruption } from '../../interceptors/undecodable-records.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertAlive, assertDead } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const
const NAMES = { revoke: 'revoke({ everything: true })', prepare: 'prepare()' } as const
type Way = keyof typeof NAMES

const corruptRoot: Case = {
  name: 'corrupt-root',
  level: 'engine',
  guards: 'a corrupt root refuses everything until it is replaced, and then brings nothing back',
  gate: always,
  async run(bench) {
    for (const way of ['revoke', 'prepare'] as const) {
      await undecodable(bench, way)
      await corrupt(bench, way)
    }
  },
}

/** What every adapter answers for bytes that are no record. */
async function undecodable(bench: Bench, way: Way): Promise<void> {
  const damage = corruption()
  const place: Overrides = { namespace: `${bench.namespace} ${way}`, through: damage.through }
  await lostAndReplaced(bench, way, place, async (root) => damage.corrupt(root))
}

/** The bytes themselves. */
async function corrupt(bench: Bench, way: Way): Promise<void> {
  const { server } = bench.stage
  if (!server.damage) return bench.note('the server handle has no damage')
  const place: Overrides = { namespace: `${bench.namespace} ${way}, corrupt` }
  await lostAndReplaced(bench, way, place, async ({ key }) => server.damage?.(key))
}

async function lostAndReplaced(
  bench: Bench,
  way: Way,
  place: Overrides,
  damage: (root: StoredRecord) => Promise<unknown>,
): Promise<void> {
  const instance = await bench.instance(place)
  const open = await bench.instance({ ...place, onUnavailable: 'accept' })
  const logins = [await instance.issue(GRANT), await open.issue({ ...GRANT, subject: 'bob' })]
  await damage(await standingRoot(bench, place))
  for (const login of logins) for (const each of [instance, open]) await assertShut(each, login)
  if (way === 'revoke') await instance.revoke({ everything: true })
  else await bench.stage.engine.prepare(bench.options(place))
  const late = await bench.instance(place)
  for (const each of [instance, open, late]) {
    for (const login of logins) await assertDead(each, login, `after ${NAMES[way]}`)
    await assertAlive(late, await each.issue(GRANT), `life goes on after ${NAMES[way]}`)
  }
}

/** As the last revocation of everything wrote it. */
async function standingRoot(bench: Bench, { namespace }: Overrides): Promise<StoredRecord> {
  const sent = recorder()
  const instance = await bench.instance({ ...(namespace && { namespace }), through: sent.through })
  sent.clear()
  await instance.explain({ everything: true })
  const [key] = sent.reads.flat()
  assert.ok(key, 'the root is read')
  const repository = await bench.repository(namespace)
  const [root] = await repository.read([key], patience())
  assert.ok(root?.kind === 'root', 'a root stands')
  return root
}

/** Nothing is accepted; whatever is thrown is one of ours. */
async function assertShut(instance: Tokenward, login: Login): Promise<void> {
  const calls: Record<string, () => Promise<{ active?: boolean; accessToken?: string }>> = {
    verify: () => instance.verify(login.accessToken),
    consume: () => instance.consume(login.accessToken),
    rotate: () => instance.rotate(login.refreshToken),
    explain: () => instance.explain(login.accessToken),
    issue: () => instance.issue(GRANT),
  }
  for (const [name, call] of Object.entries(calls)) {
    try {
      const { active = false, accessToken } = await call()
      const what = `${name} with a corrupt root`
      assert.deepEqual({ active, accessToken }, { active: false, accessToken: undefined }, what)
    } catch (error) {
      if (!isTokenwardError(error)) throw error
    }
  }
}

export const cases: readonly Case[] = [corruptRoot]
