import assert from 'node:assert/strict'
import type { RevocationNote } from '@tokenward/core'
import * as fc from 'fast-check'
import { isPast } from '../model.ts'
import { anyIndex, anyInstance, choose, hasTokens, type Step, type Steps, step } from '../step.ts'
import { anyNote, assertScopeRevoked, assertTokenRevoked } from './responses.ts'

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
  return step('revoke', index, hasTokens, async (context) => {
    const { model, instance, now } = context
    const token = choose(model.tokens, which)
    context.log(`${token.label}${cascade ? ' with its session' : ''}`)
    const answer = await instance.revoke(token.text, { ...note, cascade })
    context.answered(answer.revoked ? answer.target : answer.reason)
    const { issuer, session } = token.principal
    if (session !== undefined && (cascade || token.kind === 'refresh')) {
      return assertScopeRevoked(context, answer, {
        of: { ...(issuer && { issuer }), session },
        kind: 'now',
        note,
      })
    }
    if (isPast(model, token, now)) {
      return assert.deepEqual(answer, { revoked: false, reason: 'expired' })
    }
    return assertTokenRevoked(context, answer, token, note)
  })
}
