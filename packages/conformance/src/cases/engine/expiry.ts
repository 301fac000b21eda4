import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { SECOND } from '../../harness/clock.ts'
import { claimsOf } from '../../harness/handmade-tokens.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertActive, assertRefused, assertRotated, REFRESH } from './assertions.ts'
import { legacyToken } from './saving.ts'

const LEEWAY = 30 * SECOND

const expiryEdge: Case = {
  planRow: 26,
  name: 'expiry-edge',
  level: 'engine',
  catches:
    'expired if and only if now ≥ exp + leeway, to the millisecond; leeway extends nothing else',
  requires: always,
  async run(context) {
    await edgesOf(context, await context.instance(), 0)
    await edgesOf(context, await context.instance({ leeway: '30s' }), LEEWAY)
    await leewayExtendsNothingElse(context)
    if (context.environment.capabilities.durability === 'durable') await signedElsewhere(context)
  },
}

async function edgesOf(context: CaseContext, instance: Tokenward, leeway: number): Promise<void> {
  const grant = { subject: 'ada', client: 'web', lifetime: '1m' } as const
  const [used, late] = [await instance.issue(grant), await instance.issue(grant)]
  context.clock.set(used.expiresAt + leeway - 1)
  await assertActive(instance, used.accessToken, '1 ms before')
  assert.equal((await instance.consume(used.accessToken)).active, true, 'consumed 1 ms before')
  const again = await instance.consume(used.accessToken)
  assert.equal(again.active ? 'active' : again.reason, 'consumed')
  context.clock.advance(1)
  await assertRefused(instance, late.accessToken, 'at exp + leeway', 'expired')
  const consumed = await instance.consume(late.accessToken)
  assert.equal(consumed.active ? 'active' : consumed.reason, 'expired')
  const end = Number(claimsOf(used.refreshToken)['exp']) * SECOND + leeway
  context.clock.set(end - 1)
  await assertActive(instance, late.refreshToken, 'refresh token 1 ms before', REFRESH)
  assertRotated(await instance.rotate(used.refreshToken), 'rotated 1 ms before')
  context.clock.set(end)
  await assertRefused(instance, late.refreshToken, 'refresh token at the end', 'expired', REFRESH)
  const rotation = await instance.rotate(late.refreshToken)
  assert.equal(rotation.active ? 'active' : rotation.reason, 'expired')
}

async function leewayExtendsNothingElse(context: CaseContext): Promise<void> {
  const instance = await context.instance({ leeway: '30s' })
  const login = await instance.issue({ subject: 'eve', client: 'web' })
  const next = await instance.rotate(login.refreshToken)
  assertRotated(next, 'the rotation')
  context.clock.advance(10 * SECOND)
  const late = await instance.rotate(login.refreshToken)
  assert.equal(late.active ? 'active' : late.reason, 'consumed', 'leeway extends no grace period')
  const before = context.clock()
  context.clock.advance(SECOND)
  await instance.revoke({ subject: 'eve' }, { before })
  await assertRefused(instance, next.accessToken, 'leeway delays no revocation', 'revoked')
}

/** Fractional instants, and claims without a usable value. */
async function signedElsewhere(context: CaseContext): Promise<void> {
  const instance = await context.instance()
  const seconds = Math.floor(context.clock() / SECOND) + 10
  for (const fraction of [0.5, 0.1239, 0.9999]) {
    const token = await legacyToken(context, { exp: seconds + fraction })
    assert.equal((await instance.save(token)).saved, true)
    const end = Math.floor((seconds + fraction) * SECOND)
    const started = context.clock()
    context.clock.set(end - 1)
    await assertActive(instance, token, `1 ms before ${fraction}`)
    context.clock.set(end)
    await assertRefused(instance, token, `at ${fraction}`, 'expired')
    context.clock.set(started)
  }
  const iat = seconds - 60
  const wrong = [
    { exp: undefined },
    { exp: null },
    { exp: `${seconds + 60}` },
    { exp: [seconds + 60] },
    { iat: undefined },
    { iat: `${iat}` },
    { exp: iat + 91 * 86_400 },
    { iat: seconds + 60, exp: seconds + 120 },
    { nbf: seconds + 300 },
    { nbf: 'tomorrow' },
  ]
  for (const claims of wrong) {
    const token = await legacyToken(context, claims)
    // Saving may be refused or not; in any case it is not accepted.
    await instance.save(token)
    await assertRefused(instance, token, JSON.stringify(claims), ['invalid-claims', 'malformed'])
  }
}

export const cases: readonly Case[] = [expiryEdge]
