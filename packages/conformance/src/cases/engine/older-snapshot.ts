import assert from 'node:assert/strict'
import type { Case } from '../../suite/case.ts'
import { all, durable, handle } from '../../suite/requirements.ts'
import {
  assertActive,
  assertAlive,
  assertDead,
  assertRefused,
  assertRotated,
  assertThrows,
  REFRESH,
} from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const

const olderSnapshot: Case = {
  row: 50,
  name: 'regress',
  level: 'engine',
  guards:
    'what the store does not know is refused: a generation ahead of its session, an absent token',
  gate: all(durable, handle('snapshot')),
  async run(bench) {
    const instance = await bench.instance()
    const findings: unknown[] = []
    const reused: unknown[] = []
    instance.on('finding', (event) => findings.push(event))
    instance.on('reused', (event) => reused.push(event))
    const before = await instance.issue(GRANT)
    const putBack = await bench.stage.server.snapshot?.()
    const successor = await instance.rotate(before.refreshToken)
    assertRotated(successor, 'after the snapshot')
    const unknown = await instance.issue(GRANT)
    await instance.revoke(before.accessToken)
    await putBack?.()
    await assertDead(instance, unknown, 'issued after the snapshot')
    await assertRefused(instance, successor.accessToken, 'issued after the snapshot', 'not-found')
    const ahead = await instance.rotate(successor.refreshToken)
    assert.equal(ahead.active, false, 'a generation that the store does not know')
    assert.notEqual(ahead.reason, 'reused', 'that is no theft')
    await assertRefused(instance, successor.refreshToken, 'of that generation', undefined, REFRESH)
    assert.ok(findings.length > 0, 'an event says that the store went back')
    assert.deepEqual(reused, [])
    await assertActive(instance, before.refreshToken, 'its session was not revoked', REFRESH)
    // No store can tell what was revoked after its snapshot: what to do after a restore is this.
    await instance.revoke({ everything: true })
    for (const login of [before, successor, unknown]) await assertDead(instance, login, 'all of it')
    await assertAlive(instance, await instance.issue(GRANT), 'life goes on')
  },
}

const wipedStore: Case = {
  row: 50,
  name: 'wiped-store',
  level: 'engine',
  guards: 'a store without a root says nothing; a root made anew brings nothing back',
  gate: all(durable, handle('wipe')),
  async run(bench) {
    const instance = await bench.instance()
    const open = await bench.instance({ onUnavailable: 'accept' })
    const login = await instance.issue(GRANT)
    await bench.stage.server.wipe?.()
    for (const running of [instance, open]) {
      const calls = {
        verify: () => running.verify(login.accessToken),
        rotate: () => running.rotate(login.refreshToken),
        consume: () => running.consume(login.accessToken),
        issue: () => running.issue(GRANT),
        revoke: () => running.revoke({ subject: 'ada' }),
      }
      for (const [name, call] of Object.entries(calls)) {
        await assertThrows(call, 'TOKENWARD_STORE_UNAVAILABLE', `${name} on a wiped store`)
      }
    }
    // An allowlist makes its root by itself: an empty one refuses everything anyway.
    const again = await bench.stage.engine.createTokenward(bench.options())
    bench.onClose(() => again.close())
    await assertDead(again, login, 'from before the wipe')
    await assertDead(instance, login, 'from before the wipe')
    const denylist = bench.options({ policy: 'denylist', namespace: `${bench.namespace} denylist` })
    await assertThrows(
      bench.stage.engine.createTokenward(denylist),
      'TOKENWARD_NOT_PREPARED',
      'a denylist does not',
    )
  },
}

const wrongWorld: Case = {
  row: 50,
  name: 'wrong-world',
  level: 'engine',
  guards: 'namespace and pepper are part of every name, and the root knows its pepper',
  gate: durable,
  async run(bench) {
    const pepper = new Uint8Array(32).fill(7)
    const instance = await bench.instance({ pepper })
    const login = await instance.issue(GRANT)
    await assertAlive(instance, login, 'with its pepper')
    await assertAlive(await bench.instance({ pepper }), login, 'with its pepper, elsewhere')
    const elsewhere = await bench.instance({ pepper, namespace: `${bench.namespace}x` })
    await assertDead(elsewhere, login, 'in another namespace')
    for (const [what, other] of Object.entries({
      'another pepper': { pepper: new Uint8Array(32).fill(8) },
      'no pepper': {},
    })) {
      await assertThrows(
        bench.stage.engine.createTokenward(bench.options(other)),
        'TOKENWARD_POLICY_REFUSED',
        `made with ${what}`,
      )
    }
    await assertAlive(instance, login, 'after others tried')
  },
}

export const cases: readonly Case[] = [olderSnapshot, wipedStore, wrongWorld]
