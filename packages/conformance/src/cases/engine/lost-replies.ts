import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import type { Bench, Overrides } from '../../harness/case-context.ts'
import { type Loss, lose } from '../../interceptors/lose-reply.ts'
import { outageAfter } from '../../interceptors/outage.ts'
import { ofKind } from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import {
  assertAlive,
  assertDead,
  assertRefused,
  assertRotated,
  assertThrows,
  issuedIfKnown,
} from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const

const winBack: Case = {
  row: 52,
  name: 'win-back',
  level: 'engine',
  guards: 'after a lost answer the call reads again and finds its own id: it learns that it won',
  gate: always,
  async run(bench) {
    for (const what of ['answer', 'request'] as const) {
      await consumeWins(bench, what)
      await rotateWins(bench, what)
      await revokeWins(bench, what)
      await issueWins(bench, what)
    }
    await idempotentConsume(bench)
    await rotateAgainInGrace(bench)
  },
}

async function losing(
  bench: Bench,
  loss: Loss,
  overrides: Overrides = {},
): Promise<{ instance: Tokenward; reused: unknown[] }> {
  const instance = await bench.instance({ ...overrides, grace: '0s', through: loss.through })
  const reused: unknown[] = []
  instance.on('reused', (event) => reused.push(event))
  return { instance, reused }
}

async function consumeWins(bench: Bench, what: 'answer' | 'request'): Promise<void> {
  const judge = await bench.instance()
  const { accessToken } = await judge.issue({ ...GRANT, refresh: false })
  const loss = lose(what, ofKind('token'))
  const { instance } = await losing(bench, loss)
  const verdict = await instance.consume(accessToken)
  assert.equal(verdict.active, true, `consume, ${what} lost: it did not learn that it won`)
  assert.equal(loss.cuts(), 1)
  await assertRefused(judge, accessToken, 'consumed', 'consumed')
  const again = await instance.consume(accessToken)
  assert.equal(again.active, false, 'only once')
}

async function rotateWins(bench: Bench, what: 'answer' | 'request'): Promise<void> {
  const judge = await bench.instance({ grace: '0s' })
  const login = await judge.issue(GRANT)
  const loss = lose(what, ofKind('session'))
  const { instance, reused } = await losing(bench, loss)
  const next = await instance.rotate(login.refreshToken)
  assertRotated(next, `rotate, ${what} lost`)
  assert.equal(next.retried, false, 'it is the winner')
  assert.equal(loss.cuts(), 1)
  assert.deepEqual(reused, [], 'nobody is taken for a thief')
  await assertAlive(judge, next, `rotate, ${what} lost`)
}

async function revokeWins(bench: Bench, what: 'answer' | 'request'): Promise<void> {
  const judge = await bench.instance()
  for (const kind of ['token', 'cutoff'] as const) {
    const login = await judge.issue(GRANT)
    const loss = lose(what, ofKind(kind))
    const { instance } = await losing(bench, loss)
    const target = kind === 'token' ? { jti: login.jti } : { session: login.session }
    const answer = await instance.revoke(target)
    assert.equal(answer.first, true, `revoke of a ${kind}, ${what} lost: it was this call`)
    assert.equal(loss.cuts(), 1)
    await assertRefused(judge, login.accessToken, `revoke of a ${kind}, ${what} lost`, 'revoked')
  }
}

async function issueWins(bench: Bench, what: 'answer' | 'request'): Promise<void> {
  const judge = await bench.instance()
  const loss = lose(what, ofKind('token'))
  const { instance } = await losing(bench, loss)
  const login = await issuedIfKnown(bench, instance.issue(GRANT))
  if (login !== null) await assertAlive(judge, login, `issue, ${what} lost`)
}

/** The call itself cannot learn it; a later one with the same key can, and another cannot. */
async function idempotentConsume(bench: Bench): Promise<void> {
  const judge = await bench.instance()
  const { accessToken } = await judge.issue({ ...GRANT, refresh: false })
  const backend = outageAfter(ofKind('token'))
  const deadline = await bench.shortDeadline(700)
  const instance = await bench.instance({ deadline: `${deadline}ms`, through: backend.through })
  const lost = instance.consume(accessToken, { idempotencyKey: 'order 7' })
  await assertThrows(lost, 'TOKENWARD_WRITE_INDETERMINATE', 'consume, out of time')
  backend.reads = backend.writes = 'up'
  const other = await instance.consume(accessToken, { idempotencyKey: 'order 8' })
  assert.equal(other.active, false, 'another key has not won')
  assert.equal((await instance.consume(accessToken)).active, false, 'no key has not won')
  for (const caller of [instance, judge]) {
    const again = await caller.consume(accessToken, { idempotencyKey: 'order 7' })
    assert.equal(again.active, true, 'the same key learns that it had won')
  }
  await judge.revoke(accessToken)
  const late = await judge.consume(accessToken, { idempotencyKey: 'order 7' })
  assert.equal(late.active ? 'active' : late.reason, 'revoked', 'a revocation stands above it')
}

async function rotateAgainInGrace(bench: Bench): Promise<void> {
  const judge = await bench.instance()
  const login = await judge.issue(GRANT)
  const backend = outageAfter(ofKind('session'))
  const deadline = await bench.shortDeadline(700)
  const instance = await bench.instance({ deadline: `${deadline}ms`, through: backend.through })
  const lost = instance.rotate(login.refreshToken)
  await assertThrows(lost, 'TOKENWARD_WRITE_INDETERMINATE', 'rotate, out of time')
  backend.reads = backend.writes = 'up'
  const again = await instance.rotate(login.refreshToken)
  assertRotated(again, 'repeated within the grace window')
  assert.equal(again.retried, true)
  await assertAlive(judge, again, 'the successor')
  await judge.revoke({ session: login.session })
  await assertDead(judge, again, 'revoked')
}

export const cases: readonly Case[] = [winBack]
