import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import type { InstanceOverrides } from '../../harness/instance-options.ts'
import { type CutWrites, cutWrites } from '../../interceptors/cut-writes.ts'
import { outageAfter } from '../../interceptors/outage.ts'
import { ofKind } from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import {
  assertLoginActive,
  assertLoginRefused,
  assertRefused,
  assertRotated,
  assertThrows,
  issuedIfKnown,
} from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const

const recognizeOwnWrite: Case = {
  planRow: 52,
  name: 'recognize-own-write',
  level: 'engine',
  catches: 'after a lost reply the call reads again, finds its own id, and learns that it won',
  requires: always,
  async run(context) {
    for (const what of ['reply', 'request'] as const) {
      await consumeWins(context, what)
      await rotateWins(context, what)
      await revokeWins(context, what)
      await issueWins(context, what)
    }
    await idempotentConsume(context)
    await rotateAgainInGrace(context)
  },
}

async function losing(
  context: CaseContext,
  loss: CutWrites,
  overrides: InstanceOverrides = {},
): Promise<{ instance: Tokenward; reused: unknown[] }> {
  const instance = await context.instance({ ...overrides, grace: '0s', wrap: loss.wrap })
  const reused: unknown[] = []
  instance.on('reused', (event) => reused.push(event))
  return { instance, reused }
}

async function consumeWins(context: CaseContext, what: 'reply' | 'request'): Promise<void> {
  const verifier = await context.instance()
  const { accessToken } = await verifier.issue({ ...GRANT, refresh: false })
  const loss = cutWrites(what, ofKind('token'))
  const { instance } = await losing(context, loss)
  const result = await instance.consume(accessToken)
  assert.equal(result.active, true, `consume, ${what} lost: it did not learn that it won`)
  assert.equal(loss.cuts(), 1)
  await assertRefused(verifier, accessToken, 'consumed', 'consumed')
  const again = await instance.consume(accessToken)
  assert.equal(again.active, false, 'only once')
}

async function rotateWins(context: CaseContext, what: 'reply' | 'request'): Promise<void> {
  const verifier = await context.instance({ grace: '0s' })
  const login = await verifier.issue(GRANT)
  const loss = cutWrites(what, ofKind('session'))
  const { instance, reused } = await losing(context, loss)
  const next = await instance.rotate(login.refreshToken)
  assertRotated(next, `rotate, ${what} lost`)
  assert.equal(next.retried, false, 'it is the winner')
  assert.equal(loss.cuts(), 1)
  assert.deepEqual(reused, [], 'no reuse is reported')
  await assertLoginActive(verifier, next, `rotate, ${what} lost`)
}

async function revokeWins(context: CaseContext, what: 'reply' | 'request'): Promise<void> {
  const verifier = await context.instance()
  for (const kind of ['token', 'cutoff'] as const) {
    const login = await verifier.issue(GRANT)
    const loss = cutWrites(what, ofKind(kind))
    const { instance } = await losing(context, loss)
    const target = kind === 'token' ? { jti: login.jti } : { session: login.session }
    const answer = await instance.revoke(target)
    assert.equal(answer.first, true, `revoke of a ${kind}, ${what} lost: it was this call`)
    assert.equal(loss.cuts(), 1)
    await assertRefused(verifier, login.accessToken, `revoke of a ${kind}, ${what} lost`, 'revoked')
  }
}

async function issueWins(context: CaseContext, what: 'reply' | 'request'): Promise<void> {
  const verifier = await context.instance()
  const loss = cutWrites(what, ofKind('token'))
  const { instance } = await losing(context, loss)
  const login = await issuedIfKnown(context, instance.issue(GRANT))
  if (login !== null) await assertLoginActive(verifier, login, `issue, ${what} lost`)
}

/**
 * The call itself cannot learn it; a later one with the same key can, and one with another key cannot.
 */
async function idempotentConsume(context: CaseContext): Promise<void> {
  const verifier = await context.instance()
  const { accessToken } = await verifier.issue({ ...GRANT, refresh: false })
  const backend = outageAfter(ofKind('token'))
  const deadline = await context.shortDeadline(700)
  const instance = await context.instance({ deadline: `${deadline}ms`, wrap: backend.wrap })
  const lost = instance.consume(accessToken, { idempotencyKey: 'order 7' })
  await assertThrows(lost, 'TOKENWARD_WRITE_INDETERMINATE', 'consume, out of time')
  backend.reads = backend.writes = 'up'
  const other = await instance.consume(accessToken, { idempotencyKey: 'order 8' })
  assert.equal(other.active, false, 'another key has not won')
  assert.equal((await instance.consume(accessToken)).active, false, 'no key has not won')
  for (const caller of [instance, verifier]) {
    const again = await caller.consume(accessToken, { idempotencyKey: 'order 7' })
    assert.equal(again.active, true, 'the same key learns that it had won')
  }
  await verifier.revoke(accessToken)
  const late = await verifier.consume(accessToken, { idempotencyKey: 'order 7' })
  assert.equal(late.active ? 'active' : late.reason, 'revoked', 'a revocation takes precedence')
}

async function rotateAgainInGrace(context: CaseContext): Promise<void> {
  const verifier = await context.instance()
  const login = await verifier.issue(GRANT)
  const backend = outageAfter(ofKind('session'))
  const deadline = await context.shortDeadline(700)
  const instance = await context.instance({ deadline: `${deadline}ms`, wrap: backend.wrap })
  const lost = instance.rotate(login.refreshToken)
  await assertThrows(lost, 'TOKENWARD_WRITE_INDETERMINATE', 'rotate, out of time')
  backend.reads = backend.writes = 'up'
  const again = await instance.rotate(login.refreshToken)
  assertRotated(again, 'repeated within the grace period')
  assert.equal(again.retried, true)
  await assertLoginActive(verifier, again, 'the successor')
  await verifier.revoke({ session: login.session })
  await assertLoginRefused(verifier, again, 'revoked')
}

export const cases: readonly Case[] = [recognizeOwnWrite]
