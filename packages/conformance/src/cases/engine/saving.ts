import assert from 'node:assert/strict'
import type { CaseContext } from '../../harness/case-context.ts'
import { SECOND } from '../../harness/clock.ts'
import { signToken } from '../../harness/handmade-tokens.ts'
import { ISSUER } from '../../harness/instance-options.ts'
import { handleLater } from '../../harness/unhandled-errors.ts'
import { ofKind, pauseWrite } from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { durable } from '../../suite/requirements.ts'
import { assertActive, assertRefused } from './assertions.ts'

/** An access token of this issuer from before it used Tokenward. */
export async function legacyToken(
  context: CaseContext,
  claims: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const seconds = Math.floor(context.clock() / SECOND)
  return await signToken(context.environment.keys[0], {
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
  planRow: 4,
  name: 'late-save',
  level: 'engine',
  catches: 'save inserts only where there is no record, and reads again when it lost',
  requires: durable,
  async run(context) {
    const instance = await context.instance()
    for (const place of ['before', 'after'] as const) {
      for (const by of ['token', 'jti', 'subject'] as const) {
        const pause = pauseWrite(place, ofKind('token'))
        const slow = await context.instance({ wrap: pause.wrap })
        const jti = crypto.randomUUID()
        const token = await legacyToken(context, { jti })
        const saving = handleLater(slow.save(token))
        await pause.reached
        if (by === 'token') await instance.revoke(token)
        else await instance.revoke(by === 'jti' ? { jti } : { subject: 'ada' })
        pause.release()
        const saved = await saving
        if (place === 'before' && by !== 'subject') assert.equal(saved.saved, false, by)
        await assertRefused(instance, token, `saved ${place} its revocation by ${by}`, 'revoked')
        assert.equal((await instance.save(token)).saved, false, 'saved again')
        await assertRefused(slow, token, 'saved again', 'revoked')
      }
      context.clock.advance(10 * 60 * SECOND)
    }
  },
}

const revokeBeforeSave: Case = {
  planRow: 5,
  name: 'revoke-before-save',
  level: 'engine',
  catches: 'revoking a token without a record stores a tombstone, and a tombstone is not replaced',
  requires: durable,
  async run(context) {
    const [instance, other] = [await context.instance(), await context.instance()]
    for (const by of ['token', 'jti'] as const) {
      const jti = crypto.randomUUID()
      const token = await legacyToken(context, { jti })
      const answer = await (by === 'token' ? instance.revoke(token) : instance.revoke({ jti }))
      assert.equal(answer.revoked, true)
      const saved = await other.save(token)
      assert.deepEqual(
        { saved: saved.saved, reason: saved.saved ? null : saved.reason },
        { saved: false, reason: 'revoked' },
      )
      await assertRefused(other, token, `revoked by ${by} before it was saved`, 'revoked')
    }
    const kept = await legacyToken(context)
    await assertRefused(instance, kept, 'not saved', 'not-found')
    assert.equal((await instance.save(kept)).saved, true)
    await assertActive(other, kept, 'saved')
  },
}

export const cases: readonly Case[] = [lateSave, revokeBeforeSave]
