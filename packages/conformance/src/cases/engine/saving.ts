import assert from 'node:assert/strict'
import { type Bench, ISSUER } from '../../harness/case-context.ts'
import { SECOND } from '../../harness/clock.ts'
import { signToken } from '../../harness/handmade-tokens.ts'
import { begun } from '../../harness/unhandled-errors.ts'
import { holdWrite, ofKind } from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { durable } from '../../suite/requirements.ts'
import { assertActive, assertRefused } from './assertions.ts'

/** An access token of this issuer from before it used Tokenward. */
export async function legacyToken(
  bench: Bench,
  claims: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const seconds = Math.floor(bench.clock() / SECOND)
  return await signToken(bench.stage.keys[0], {
    claims: {
      iss: ISSUER,
      aud: ISSUER,
      sub: 'ada',
      client_id: 'web',
      jti: crypto.randomUUID(),
      iat: seconds - 60,
      exp: seconds + 600,
      ...claims,
    },
  })
}

const lateSave: Case = {
  row: 4,
  name: 'late-save',
  level: 'engine',
  guards: 'save inserts only where nothing stands, and reads again when it lost',
  gate: durable,
  async run(bench) {
    const instance = await bench.instance()
    for (const place of ['before', 'after'] as const) {
      for (const by of ['token', 'jti', 'subject'] as const) {
        const hold = holdWrite(place, ofKind('token'))
        const slow = await bench.instance({ through: hold.through })
        const jti = crypto.randomUUID()
        const token = await legacyToken(bench, { jti })
        const saving = begun(slow.save(token))
        await hold.reached
        if (by === 'token') await instance.revoke(token)
        else await instance.revoke(by === 'jti' ? { jti } : { subject: 'ada' })
        hold.release()
        const saved = await saving
        if (place === 'before' && by !== 'subject') assert.equal(saved.saved, false, by)
        await assertRefused(instance, token, `saved ${place} its revocation by ${by}`, 'revoked')
        assert.equal((await instance.save(token)).saved, false, 'saved again')
        await assertRefused(slow, token, 'saved again', 'revoked')
      }
      bench.clock.advance(10 * 60 * SECOND)
    }
  },
}

const revokeBeforeSave: Case = {
  row: 5,
  name: 'revoke-before-save',
  level: 'engine',
  guards: 'revoking what was never stored leaves a tombstone, and a tombstone is not replaced',
  gate: durable,
  async run(bench) {
    const [instance, other] = [await bench.instance(), await bench.instance()]
    for (const by of ['token', 'jti'] as const) {
      const jti = crypto.randomUUID()
      const token = await legacyToken(bench, { jti })
      const answer = await (by === 'token' ? instance.revoke(token) : instance.revoke({ jti }))
      assert.equal(answer.revoked, true)
      const saved = await other.save(token)
      assert.deepEqual(
        { saved: saved.saved, reason: saved.saved ? null : saved.reason },
        { saved: false, reason: 'revoked' },
      )
      await assertRefused(other, token, `revoked by ${by} before it was saved`, 'revoked')
    }
    const kept = await legacyToken(bench)
    await assertRefused(instance, kept, 'not saved', 'not-found')
    assert.equal((await instance.save(kept)).saved, true)
    await assertActive(other, kept, 'saved')
  },
}

export const cases: readonly Case[] = [lateSave, revokeBeforeSave]
