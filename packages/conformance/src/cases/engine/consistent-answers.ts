import assert from 'node:assert/strict'
import { generateKeys, type Tokenward, type VerifyOptions } from '@tokenward/core'
import { DAY } from '../../harness/clock.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertActive, assertRotated, REFRESH } from './assertions.ts'
import { targetsOf } from './targets.ts'

const GRANT = { subject: 'ada', client: 'web' } as const

const explainAgrees: Case = {
  name: 'explain-agrees',
  level: 'engine',
  catches: '`explain` with the options of `verify` has its result, for every reason to refuse',
  requires: always,
  async run(context) {
    const instance = await context.instance()
    const { accessToken, refreshToken } = await instance.issue(GRANT)
    const agree = (token: string, what: string, options?: VerifyOptions) =>
      assertSame(instance, token, what, options ?? {})
    await agree(accessToken, 'active')
    await agree(refreshToken, 'an active refresh token', REFRESH)
    await agree(refreshToken, 'the wrong kind')
    await agree(accessToken, 'another audience', { audience: 'https://other.example' })
    await agree(accessToken, 'a missing scope', { scope: 'admin' })
    await agree('garbage', 'no token')
    await agree(`${accessToken.slice(0, -8)}AAAAAAAA`, 'a wrong signature')
    const { accessToken: used } = await instance.issue(GRANT)
    assert.equal((await instance.consume(used)).active, true)
    await agree(used, 'consumed')
    assertRotated(await instance.rotate(refreshToken), 'the login')
    await agree(refreshToken, 'rotated', REFRESH)
    for (const at of [0, 1, 2, 3]) {
      const login = await instance.issue(GRANT)
      const target = targetsOf(login)[at]
      assert.ok(target)
      await instance.revoke(target)
      const what = `revoked by ${Object.keys(target)}`
      await agree(login.accessToken, what)
      await agree(login.refreshToken, what, REFRESH)
    }
    const last = await instance.issue(GRANT)
    context.clock.advance(365 * DAY)
    await agree(last.accessToken, 'expired')
    await agree(last.refreshToken, 'expired', REFRESH)
  },
}

async function assertSame(
  instance: Tokenward,
  token: string,
  what: string,
  options: VerifyOptions,
): Promise<void> {
  const verified = await instance.verify(token, options)
  const explained = await instance.explain(token, options)
  assert.deepEqual(shortOf(explained), shortOf(verified), `explain and verify differ: ${what}`)
}

/** What both have. */
function shortOf(result: {
  active: boolean
  reason?: string
  decidedBy?: string
  claim?: string
}): object {
  const { active, reason, decidedBy, claim } = result
  return { active, reason, decidedBy, claim }
}

const publishedKeys: Case = {
  name: 'published-keys',
  level: 'engine',
  catches: '`jwks` has the public part of each key that verifies, and of no key more',
  requires: always,
  async run(context) {
    const [[older], [newer]] = await Promise.all([generateKeys(), generateKeys()])
    const before = await context.instance({ keys: [older] })
    const { accessToken } = await before.issue(GRANT)
    const instance = await context.instance({ keys: [newer, older] })
    await assertActive(instance, accessToken, 'signed with the older key')
    await assertActive(instance, (await instance.issue(GRANT)).accessToken, 'the newer key')
    const { keys } = instance.jwks()
    const kids = [newer, older].map(({ kid }) => kid)
    assert.deepEqual(
      keys.map(({ kid }) => kid),
      kids,
      'the published keys are those that verify',
    )
    for (const key of keys) assert.equal('d' in key, false, 'a private key is published')
  },
}

export const cases: readonly Case[] = [explainAgrees, publishedKeys]
