import assert from 'node:assert/strict'
import { isTokenwardError, type Login, type Tokenward } from '@tokenward/core'
import type { StoredRecord } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import type { InstanceOverrides } from '../../harness/instance-options.ts'
import { deadline } from '../../harness/timeouts.ts'
import { recordCalls } from '../../interceptors/record-calls.ts'
import { undecodableRecords } from '../../interceptors/undecodable-records.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertLoginActive, assertLoginRefused } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const
const NAMES = { revoke: 'revoke({ everything: true })', prepare: 'prepare()' } as const
type ProxiedServer = keyof typeof NAMES

const corruptRoot: Case = {
  name: 'corrupt-root',
  level: 'engine',
  catches:
    'a corrupt root refuses everything until it is replaced, and its replacement reactivates nothing',
  requires: always,
  async run(context) {
    // At once: a revocation that cannot read the root record waits for the longest lease that there may be.
    const ways = ['revoke', 'prepare'] as const
    await Promise.all(ways.flatMap((way) => [undecodable(context, way), corrupt(context, way)]))
  },
}

/** The record that every adapter returns for bytes that it cannot decode. */
async function undecodable(context: CaseContext, way: ProxiedServer): Promise<void> {
  const damage = undecodableRecords()
  const place: InstanceOverrides = { namespace: `${context.namespace} ${way}`, wrap: damage.wrap }
  await lostAndReplaced(context, way, place, async (root) => damage.corrupt(root))
}

/** The stored bytes. */
async function corrupt(context: CaseContext, way: ProxiedServer): Promise<void> {
  const { server } = context.environment
  if (!server.damage) return context.note('the server handle has no damage')
  const place: InstanceOverrides = { namespace: `${context.namespace} ${way}, corrupt` }
  await lostAndReplaced(context, way, place, async ({ key }) => server.damage?.(key))
}

async function lostAndReplaced(
  context: CaseContext,
  way: ProxiedServer,
  place: InstanceOverrides,
  damage: (root: StoredRecord) => Promise<unknown>,
): Promise<void> {
  const instance = await context.instance(place)
  const open = await context.instance({ ...place, onUnavailable: 'accept' })
  const logins = [await instance.issue(GRANT), await open.issue({ ...GRANT, subject: 'bob' })]
  await damage(await storedRoot(context, place))
  for (const login of logins) for (const each of [instance, open]) await assertShut(each, login)
  if (way === 'revoke') await instance.revoke({ everything: true })
  else await context.environment.engine.prepare(context.options(place))
  const late = await context.instance(place)
  for (const each of [instance, open, late]) {
    for (const login of logins) await assertLoginRefused(each, login, `after ${NAMES[way]}`)
    await assertLoginActive(
      late,
      await each.issue(GRANT),
      `new logins are accepted after ${NAMES[way]}`,
    )
  }
}

/** As written by the last revocation of everything. */
async function storedRoot(
  context: CaseContext,
  { namespace }: InstanceOverrides,
): Promise<StoredRecord> {
  const sent = recordCalls()
  const instance = await context.instance({ ...(namespace && { namespace }), wrap: sent.wrap })
  sent.clear()
  await instance.explain({ everything: true })
  const [key] = sent.reads.flat()
  assert.ok(key, 'the root is read')
  const repository = await context.repository(namespace)
  const [root] = await repository.read([key], deadline())
  assert.ok(root?.kind === 'root', 'a root is stored')
  return root
}

/** Nothing is accepted, and every error is a TokenwardError. */
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
