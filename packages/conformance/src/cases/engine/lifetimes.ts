import assert from 'node:assert/strict'
import type { Duration } from '@tokenward/core'
import { DAY, MINUTE } from '../../harness/clock.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertActive, assertRefused, assertRotated, REFRESH } from './assertions.ts'

const longTtl: Case = {
  planRow: 27,
  name: 'long-ttl',
  level: 'engine',
  catches: 'retention is absolute and as long as the token: no record is lost before its end',
  requires: always,
  async run(context) {
    const lifetimes = { access: '3650d', refresh: '3650d', session: '3650d' } as const
    const instance = await context.instance({ lifetimes })
    const lengths: Duration[] = ['719h', '30d', '2592001s', '3650d']
    const tokens = []
    for (const lifetime of lengths) {
      tokens.push(await instance.issue({ subject: 'ada', client: 'web', lifetime }))
    }
    for (const { accessToken } of tokens) await assertActive(instance, accessToken, 'just issued')
    for (const [i, { accessToken, refreshToken, expiresAt }] of tokens.entries()) {
      const what = String(lengths[i])
      context.clock.set(expiresAt - 1)
      await assertActive(instance, accessToken, `${what}, 1 ms before its end`)
      assertRotated(await instance.rotate(refreshToken), what)
      context.clock.set(expiresAt)
      await assertRefused(instance, accessToken, `${what}, at its end`, 'expired')
    }
    assert.ok(context.clock() - Date.now() > 3_649 * DAY, 'the longest was ten years')
  },
}

const ttlLag: Case = {
  planRow: 29,
  name: 'ttl-lag',
  level: 'engine',
  catches: 'expiry is decided by the signed claims, not by whether the record still exists',
  requires: always,
  async run(context) {
    const instance = await context.instance({
      lifetimes: { access: '1m', refresh: '2m', session: '1h' },
    })
    const login = await instance.issue({ subject: 'ada', client: 'web' })
    context.clock.advance(3 * MINUTE)
    await assertRefused(instance, login.accessToken, 'not deleted yet', 'expired')
    await assertRefused(instance, login.refreshToken, 'not deleted yet', 'expired', REFRESH)
    const consumed = await instance.consume(login.accessToken)
    assert.equal(consumed.active ? 'active' : consumed.reason, 'expired')
    const rotation = await instance.rotate(login.refreshToken)
    assert.equal(rotation.active ? 'active' : rotation.reason, 'expired')
    const { active, reason } = await instance.explain(login.accessToken)
    assert.deepEqual({ active, reason }, { active: false, reason: 'expired' })
    if (!context.environment.capabilities.listing) return
    const { items } = await instance.list({ subject: 'ada' }, { kind: 'token' })
    assert.deepEqual(
      items.filter((item) => item.active),
      [],
      'none is listed as active',
    )
  },
}

export const cases: readonly Case[] = [longTtl, ttlLag]
