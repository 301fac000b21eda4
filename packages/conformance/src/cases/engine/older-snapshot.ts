import assert from 'node:assert/strict'
import type { Case } from '../../suite/case.ts'
import { all, durable, handle } from '../../suite/requirements.ts'
import {
  assertActive,
  assertLoginActive,
  assertLoginRefused,
  assertRefused,
  assertRotated,
  assertThrows,
  REFRESH,
} from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const

const olderSnapshot: Case = {
  planRow: 50,
  name: 'older-snapshot',
  level: 'engine',
  catches:
    'what the store does not know is refused: a generation ahead of its session, a missing token',
  requires: all(durable, handle('snapshot')),
  async run(context) {
    const instance = await context.instance()
    const findings: unknown[] = []
    const reused: unknown[] = []
    instance.on('finding', (event) => findings.push(event))
    instance.on('reused', (event) => reused.push(event))
    const before = await instance.issue(GRANT)
    const putBack = await context.environment.server.snapshot?.()
    const successor = await instance.rotate(before.refreshToken)
    assertRotated(successor, 'after the snapshot')
    const unknown = await instance.issue(GRANT)
    await instance.revoke(before.accessToken)
    await putBack?.()
    await assertLoginRefused(instance, unknown, 'issued after the snapshot')
    await assertRefused(instance, successor.accessToken, 'issued after the snapshot', 'not-found')
    const ahead = await instance.rotate(successor.refreshToken)
    assert.equal(ahead.active, false, 'a generation that the store does not know')
    assert.notEqual(ahead.reason, 'reused', 'no reuse is reported')
    await assertRefused(instance, successor.refreshToken, 'of that generation', undefined, REFRESH)
    assert.ok(findings.length > 0, 'an event reports the rollback')
    assert.deepEqual(reused, [])
    await assertActive(instance, before.refreshToken, 'its session was not revoked', REFRESH)
    // No store can tell what was revoked after its snapshot: therefore everything is revoked
    // after a restore.
    await instance.revoke({ everything: true })
    for (const login of [before, successor, unknown])
      await assertLoginRefused(instance, login, 'everything')
    await assertLoginActive(instance, await instance.issue(GRANT), 'a new login is accepted')
  },
}

const wipedStore: Case = {
  planRow: 50,
  name: 'wiped-store',
  level: 'engine',
  catches: 'a store without a root answers nothing; a new root reactivates nothing',
  requires: all(durable, handle('wipe')),
  async run(context) {
    const instance = await context.instance()
    const open = await context.instance({ onUnavailable: 'accept' })
    const login = await instance.issue(GRANT)
    await context.environment.server.wipe?.()
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
    // An allowlist creates its root when it is missing: an empty one refuses everything anyway.
    const again = await context.environment.engine.createTokenward(context.options())
    context.onClose(() => again.close())
    await assertLoginRefused(again, login, 'from before the wipe')
    await assertLoginRefused(instance, login, 'from before the wipe')
    const denylist = context.options({
      policy: 'denylist',
      namespace: `${context.namespace} denylist`,
    })
    await assertThrows(
      context.environment.engine.createTokenward(denylist),
      'TOKENWARD_NOT_PREPARED',
      'a denylist does not',
    )
  },
}

const wrongNamespaceOrPepper: Case = {
  planRow: 50,
  name: 'wrong-namespace-or-pepper',
  level: 'engine',
  catches: 'namespace and pepper are part of every name, and the root checks its pepper',
  requires: durable,
  async run(context) {
    const pepper = new Uint8Array(32).fill(7)
    const instance = await context.instance({ pepper })
    const login = await instance.issue(GRANT)
    await assertLoginActive(instance, login, 'with its pepper')
    await assertLoginActive(await context.instance({ pepper }), login, 'with its pepper, elsewhere')
    const elsewhere = await context.instance({ pepper, namespace: `${context.namespace}x` })
    await assertLoginRefused(elsewhere, login, 'in another namespace')
    for (const [what, other] of Object.entries({
      'another pepper': { pepper: new Uint8Array(32).fill(8) },
      'no pepper': {},
    })) {
      await assertThrows(
        context.environment.engine.createTokenward(context.options(other)),
        'TOKENWARD_POLICY_REFUSED',
        `made with ${what}`,
      )
    }
    await assertLoginActive(instance, login, 'after the other attempts')
  },
}

export const cases: readonly Case[] = [olderSnapshot, wipedStore, wrongNamespaceOrPepper]
