import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { all, durable, handle } from '../../suite/requirements.ts'
import { assertLoginActive, assertLoginRefused, assertThrows } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const

const rootRecreated: Case = {
  planRow: 67,
  name: 'root-recreated',
  level: 'engine',
  catches: 'of two roots created at once one is stored, and a new root has new epochs',
  requires: all(durable, handle('drop')),
  async run(context) {
    await createdConcurrently(context)
    await lostAlone(context)
  },
}

async function createdConcurrently(context: CaseContext): Promise<void> {
  for (const round of [1, 2, 3]) {
    const namespace = `${context.namespace} ${round}`
    const options = Array.from({ length: 4 }, () => context.options({ namespace }))
    const instances = await Promise.all(
      options.map((each) => context.environment.engine.createTokenward(each)),
    )
    for (const instance of instances) context.onClose(() => instance.close())
    const [one, two] = instances as [Tokenward, Tokenward]
    const login = await one.issue(GRANT)
    for (const instance of instances) await assertLoginActive(instance, login, 'created at once')
    await two.revoke({ everything: true })
    for (const instance of instances)
      await assertLoginRefused(instance, login, 'revoked by another')
  }
}

/** The root is lost without a revocation, and everything else still exists. */
async function lostAlone(context: CaseContext): Promise<void> {
  const sent = recordCalls()
  const instance = await context.instance({ wrap: sent.wrap })
  const revoked = await instance.issue(GRANT)
  const live = await instance.issue(GRANT)
  await instance.revoke({ session: revoked.session })
  await instance.revoke({ everything: true })
  const after = await instance.issue(GRANT)
  const root = sent.writes.flat().find(({ record }) => record.kind === 'root')
  assert.ok(root)
  await context.environment.server.drop?.(root.record.key)
  await assertThrows(
    instance.verify(after.accessToken),
    'TOKENWARD_STORE_UNAVAILABLE',
    'without a root',
  )
  await context.prepare()
  for (const login of [revoked, live, after])
    await assertLoginRefused(instance, login, 'from before the loss')
  await assertLoginActive(instance, await instance.issue(GRANT), 'a new login is accepted')
}

export const cases: readonly Case[] = [rootRecreated]
