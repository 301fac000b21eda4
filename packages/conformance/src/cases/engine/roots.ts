import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import type { Bench } from '../../harness/case-context.ts'
import { recorder } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { all, durable, handle } from '../../suite/requirements.ts'
import { assertAlive, assertDead, assertThrows } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const

const rootRemade: Case = {
  row: 67,
  name: 'root-remade',
  level: 'engine',
  guards: 'of two roots made at once one stands, and a root made anew has fresh epochs',
  gate: all(durable, handle('drop')),
  async run(bench) {
    await madeAtOnce(bench)
    await lostAlone(bench)
  },
}

async function madeAtOnce(bench: Bench): Promise<void> {
  for (const round of [1, 2, 3]) {
    const namespace = `${bench.namespace} ${round}`
    const options = Array.from({ length: 4 }, () => bench.options({ namespace }))
    const instances = await Promise.all(
      options.map((each) => bench.stage.engine.createTokenward(each)),
    )
    for (const instance of instances) bench.onClose(() => instance.close())
    const [one, two] = instances as [Tokenward, Tokenward]
    const login = await one.issue(GRANT)
    for (const instance of instances) await assertAlive(instance, login, 'made at once')
    await two.revoke({ everything: true })
    for (const instance of instances) await assertDead(instance, login, 'revoked by another')
  }
}

/** Nobody revoked the root; it is gone, and everything else is still there. */
async function lostAlone(bench: Bench): Promise<void> {
  const sent = recorder()
  const instance = await bench.instance({ through: sent.through })
  const revoked = await instance.issue(GRANT)
  const live = await instance.issue(GRANT)
  await instance.revoke({ session: revoked.session })
  await instance.revoke({ everything: true })
  const after = await instance.issue(GRANT)
  const root = sent.writes.flat().find(({ record }) => record.kind === 'root')
  assert.ok(root)
  await bench.stage.server.drop?.(root.record.key)
  await assertThrows(
    instance.verify(after.accessToken),
    'TOKENWARD_STORE_UNAVAILABLE',
    'without a root',
  )
  await bench.prepare()
  for (const login of [revoked, live, after])
    await assertDead(instance, login, 'from before the loss')
  await assertAlive(instance, await instance.issue(GRANT), 'life goes on')
}

export const cases: readonly Case[] = [rootRemade]
