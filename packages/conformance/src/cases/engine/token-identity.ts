import assert from 'node:assert/strict'
import type { Target } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { DAY, MINUTE, SECOND } from '../../harness/clock.ts'
import { claimsOf, signToken } from '../../harness/handmade-tokens.ts'
import { replace } from '../../interceptors/intercept.ts'
import { recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always, durable } from '../../suite/requirements.ts'
import { assertActive, assertRefused, REFRESH } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const

const sameIdOfTwoIssuers: Case = {
  name: 'same-id-of-two-issuers',
  level: 'engine',
  catches: 'a token is its issuer and its id: the same id of another issuer is another token',
  requires: durable,
  async run(context) {
    const { provider } = context.environment
    const instance = await context.instance({ trust: [provider.trusted] })
    for (const revoked of ['external', 'managed'] as const) {
      const { accessToken, jti } = await instance.issue(GRANT)
      const iat = Math.floor(context.clock() / SECOND)
      const external = await provider.sign({ iat, exp: iat + 600, jti })
      const [target, gone, other]: [Target, string, string] =
        revoked === 'external'
          ? [{ issuer: provider.issuer, jti }, external, accessToken]
          : [{ jti }, accessToken, external]
      for (const token of [gone, other]) await assertActive(instance, token, 'two of the same id')
      await instance.revoke(target)
      await assertRefused(instance, gone, `the ${revoked} token`, 'revoked')
      await assertActive(instance, other, `the same id, the ${revoked} one revoked`)
    }
  },
}

const idempotencyKeyOfOneToken: Case = {
  name: 'idempotency-key-of-one-token',
  level: 'engine',
  catches: 'an idempotency key repeats the consumption of its own token, and of no other',
  requires: always,
  async run(context) {
    const instance = await context.instance()
    const tokens: string[] = []
    for (let i = 0; i < 3; i++) tokens.push((await instance.issue(GRANT)).accessToken)
    const [own = '', others = '', fresh = ''] = tokens
    const consume = async (token: string, idempotencyKey?: string) =>
      (await instance.consume(token, idempotencyKey === undefined ? {} : { idempotencyKey })).active
    assert.equal(await consume(own, 'order 1'), true)
    assert.equal(await consume(others, 'order 2'), true)
    assert.equal(await consume(own, 'order 1'), true, 'the same key again')
    assert.equal(await consume(others, 'order 1'), false, 'the key of another token')
    assert.equal(await consume(own, 'order 2'), false, 'the key of another token')
    assert.equal(await consume(own), false, 'without the key')
    assert.equal(await consume(fresh, 'order 1'), true, 'a new token with a used key')
  },
}

/** Of every kind of key that a name can have. */
const NAMED: readonly Target[] = [
  { jti: 'ada' },
  { session: 'ada' },
  { subject: 'ada' },
  { client: 'ada' },
  { subject: 'ada', client: 'ada' },
]

const pepperInEveryKey: Case = {
  name: 'pepper-in-every-key',
  level: 'engine',
  catches: 'the pepper is part of every key but that of the root',
  requires: always,
  async run(context) {
    const keys: string[] = []
    const peppers = [undefined, new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
    for (const [i, pepper] of peppers.entries())
      keys.push(...(await keysWritten(context, `${context.namespace} ${i}`, pepper)))
    assert.equal(keys.length, peppers.length * NAMED.length, 'each target has a key')
    assert.equal(new Set(keys).size, keys.length, 'the same key with and without a pepper')
  },
}

/** Core sees one namespace, and the store another for each call, so that no root is in the way. */
async function keysWritten(
  context: CaseContext,
  namespace: string,
  pepper: Uint8Array | undefined,
): Promise<readonly string[]> {
  const sent = recordCalls()
  const options = context.options({
    namespace,
    ...(pepper && { pepper }),
    wrap: (inner) => sent.wrap(replace(inner, { namespace: context.namespace })),
  })
  const instance = await context.environment.engine.createTokenward(options)
  context.onClose(() => instance.close())
  sent.clear()
  for (const target of NAMED) await instance.revoke(target)
  const records = sent.writes.flat().map(({ record }) => record)
  return [...new Set(records.filter(({ kind }) => kind !== 'root').map(({ key }) => key))]
}

const refreshAudience: Case = {
  name: 'refresh-audience',
  level: 'engine',
  catches: 'a refresh token is for its own issuer: one with another audience does nothing',
  requires: always,
  async run(context) {
    const [key] = context.environment.keys
    const instance = await context.instance()
    const { refreshToken } = await instance.issue(GRANT)
    const claims = claimsOf(refreshToken)
    const made = (aud: unknown) =>
      signToken(key as Parameters<typeof signToken>[0], {
        header: { typ: 'rt+jwt' },
        claims: { ...claims, aud },
      })
    for (const aud of ['https://other.example', ['https://other.example'], '', undefined]) {
      const token = await made(aud)
      const what = `a refresh token for ${JSON.stringify(aud)}`
      await assertRefused(instance, token, what, 'invalid-claims', REFRESH)
      const rotation = await instance.rotate(token)
      assert.equal(rotation.active, false, `${what}: it rotates`)
    }
    await assertActive(instance, await made(claims['aud']), 'made by hand', REFRESH)
  },
}

const externalLifetime: Case = {
  name: 'external-lifetime',
  level: 'engine',
  catches: "an external token lives no longer than its issuer's `maxLifetime`, and has an end",
  requires: durable,
  async run(context) {
    const { provider } = context.environment
    const instance = await context.instance({ trust: [provider.trusted] })
    const iat = Math.floor(context.clock() / SECOND)
    // The provider is trusted with lifetimes of a day.
    const day = DAY / SECOND
    const sign = (claims: object) => provider.sign({ iat, jti: crypto.randomUUID(), ...claims })
    await assertActive(instance, await sign({ exp: iat + day }), 'the longest lifetime')
    for (const claims of [{ exp: iat + day + 1 }, { exp: iat + 3_650 * day }, {}]) {
      const token = await sign(claims)
      await assertRefused(instance, token, `with ${JSON.stringify(claims)}`, 'invalid-claims')
    }
    const ahead = iat + (10 * MINUTE) / SECOND
    const early = await sign({ iat: ahead, exp: ahead + 600 })
    await assertRefused(instance, early, 'issued in the future', 'invalid-claims')
  },
}

export const cases: readonly Case[] = [
  sameIdOfTwoIssuers,
  idempotencyKeyOfOneToken,
  pepperInEveryKey,
  refreshAudience,
  externalLifetime,
]
