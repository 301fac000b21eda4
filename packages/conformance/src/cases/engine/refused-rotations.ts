import assert from 'node:assert/strict'
import { isTokenwardError, type Login, type Tokenward } from '@tokenward/core'
import { type CallRecorder, recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertLoginActive, assertRotated, assertThrows } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const
/** Length of a claim: from one that fits into both tokens to one that fits into neither. */
const SIZES = Array.from({ length: 30 }, (_, step) => 11_000 + step * 40)
const TOO_LARGE = 64_000

const claimsTooLarge: Case = {
  name: 'claims-too-large',
  level: 'engine',
  catches: 'a rotation whose tokens would be too large uses nothing up',
  requires: always,
  async run(context) {
    const sent = recordCalls()
    const instance = await context.instance({ wrap: sent.wrap })
    const oversized = { note: 'x'.repeat(TOO_LARGE) }
    for (const claims of [oversized, () => oversized, async () => oversized]) {
      const login = await instance.issue(GRANT)
      sent.clear()
      const call = instance.rotate(login.refreshToken, { claims })
      await assertThrows(call, 'TOKENWARD_INVALID_INPUT', 'claims that do not fit')
      await assertUnused(instance, sent, login, 'claims that do not fit')
    }
    // One of the two tokens may fit where the other does not.
    for (const size of SIZES) {
      const login = await instance.issue(GRANT)
      sent.clear()
      const claims = { note: 'x'.repeat(size) }
      const answer = await instance.rotate(login.refreshToken, { claims }).catch(tooLarge)
      if (answer === null) await assertUnused(instance, sent, login, `claims of ${size} characters`)
    }
  },
}

function tooLarge(error: unknown): null {
  if (isTokenwardError(error, 'TOKENWARD_INVALID_INPUT')) return null
  throw error
}

const wrongClient: Case = {
  name: 'wrong-client',
  level: 'engine',
  catches: 'a token that another client sends is refused before anything is written',
  requires: always,
  async run(context) {
    const sent = recordCalls()
    const instance = await context.instance({ wrap: sent.wrap })
    const login = await instance.issue(GRANT)
    const refused = { active: false, reason: 'invalid-claims' }
    for (const client of ['app', 'WEB', 'web ']) {
      sent.clear()
      const { active, reason } = await instance
        .rotate(login.refreshToken, { client })
        .then(summaryOf)
      assert.deepEqual({ active, reason }, refused, `rotated by ${client}`)
      for (const token of [login.refreshToken, login.accessToken]) {
        const answer = await instance.revoke(token, { client })
        const reason = answer.revoked ? 'revoked' : answer.reason
        assert.equal(reason, 'invalid-claims', `revoked by ${client}`)
      }
      assert.equal(sent.writes.length, 0, `nothing is written for ${client}`)
    }
    await assertLoginActive(instance, login, 'after other clients tried')
    const next = await instance.rotate(login.refreshToken, { client: 'web' })
    assertRotated(next, 'by its own client')
    assert.equal(next.retried, false, 'it was not used up')
    const { revoked } = await instance.revoke(next.refreshToken, { client: 'web' })
    assert.equal(revoked, true, 'revoked by its own client')
  },
}

function summaryOf(answer: { active: boolean; reason?: string }): {
  active: boolean
  reason?: string
} {
  return answer
}

async function assertUnused(
  instance: Tokenward,
  sent: CallRecorder,
  login: Login,
  what: string,
): Promise<void> {
  assert.equal(sent.writes.length, 0, `${what}: nothing is written`)
  const next = await instance.rotate(login.refreshToken)
  assertRotated(next, `${what}: rotated without them`)
  assert.equal(next.retried, false, `${what}: the refresh token was used up`)
}

export const cases: readonly Case[] = [claimsTooLarge, wrongClient]
