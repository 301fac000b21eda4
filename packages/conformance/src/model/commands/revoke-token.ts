import assert from 'node:assert/strict'
import type { RevocationNote } from '@tokenward/core'
import * as fc from 'fast-check'
import { anyIndex, anyInstance, chosen, hasTokens, type Step, type Steps, step } from '../step.ts'
import { anyNote, tookScope, tookToken } from './responses.ts'

interface ByToken {
  readonly index: number
  readonly which: number
  readonly cascade: boolean
  readonly note: RevocationNote
}

/** Revocations that the holder of a token can make. */
export const revokingTokens: Steps = fc
  .record({ index: anyInstance, which: anyIndex, cascade: fc.boolean(), note: anyNote })
  .map(revokeToken)

function revokeToken({ index, which, cascade, note }: ByToken): Step {
  return step('revoke', index, hasTokens, async (turn) => {
    const { model, instance, now } = turn
    const token = chosen(model.tokens, which)
    turn.say(`${token.label}${cascade ? ' with its session' : ''}`)
    const answer = await instance.revoke(token.text, { ...note, cascade })
    turn.answered(answer.revoked ? answer.target : answer.reason)
    const { issuer, session } = token.principal
    if (session !== undefined && (cascade || token.kind === 'refresh')) {
      return tookScope(turn, answer, {
        of: { ...(issuer && { issuer }), session },
        kind: 'now',
        note,
      })
    }
    if (now >= token.expiresAt + model.rules.leeway) {
      return assert.deepEqual(answer, { revoked: false, reason: 'expired' })
    }
    return tookToken(turn, answer, token, note)
  })
}
