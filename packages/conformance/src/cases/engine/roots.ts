import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import type { Bench } from '../../bench/bench.ts'
import type { Case } from '../../suite/case.ts'
import { all, durable, handle } from '../../suite/gates.ts'
import { recorder } from '../../tamper/recorder.ts'
import { assertAlive, assertDead, assertThrows } from './expect.ts'

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
    const wards = await Promise.all(options.map((each) => bench.stage.engine.createTokenward(each)))
    for (const ward of wards) bench.onClose(() => ward.close())
    const [one, two] = wards as [Tokenward, Tokenward]
    const login = await one.issue(GRANT)
    for (const ward of wards) await assertAlive(ward, login, 'made at once')
    await two.revoke({ everything: true })
    for (const ward of wards) await assertDead(ward, login, 'revoked by another')
  }
}

/** Nobody revoked the root; it is gone, and everything else is still there. */
async function lostAlone(bench: Bench): Promise<void> {
  const sent = recorder()
  const ward = await bench.ward({ through: sent.through })
  const revoked = await ward.issue(GRANT)
  const live = await ward.issue(GRANT)
  await ward.revoke({ session: revoked.session })
  await ward.revoke({ everything: true })
  const after = await ward.issue(GRANT)
  const root = sent.writes.flat().find(({ record }) => record.kind === 'root')
  assert.ok(root)
  await bench.stage.server.drop?.(root.record.key)
  await assertThrows(
    ward.verify(after.accessToken),
    'TOKENWARD_STORE_UNAVAILABLE',
    'without a root',
  )
  await bench.prepare()
  for (const login of [revoked, live, after]) await assertDead(ward, login, 'from before the loss')
  await assertAlive(ward, await ward.issue(GRANT), 'life goes on')
}

export const cases: readonly Case[] = [rootRemade]
