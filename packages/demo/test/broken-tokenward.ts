import type { Login, Revoked, Target, Tokenward, TokenwardOptions } from '@tokenward/core'
import { createTokenward as createCorrect } from '@tokenward/core'

/**
 * Instances with one fault each. The demo uses this module instead of `@tokenward/core`, and its tests
 * check that the steps detect the fault.
 */
const FAULTS: Readonly<Record<string, (tokens: Tokenward) => Partial<Tokenward>>> = {
  'ignores-revocations': () => ({
    revoke: async (target: string | Target) => revokedWithoutRecord(target),
  }),
  'accepts-everything': () => ({
    verify: async (token: string) => accepted(token) as never,
  }),
  'forks-sessions': (tokens) => ({
    rotate: async () => ({ active: true, retried: false, ...(await newSession(tokens)) }),
  }),
}

export async function createTokenward(options: TokenwardOptions): Promise<Tokenward> {
  const name = process.env['TOKENWARD_DEMO_FAULT'] ?? ''
  const fault = FAULTS[name]
  if (fault === undefined) throw new Error(`There is no fault '${name}'.`)
  const tokens = await createCorrect(options)
  return Object.assign(tokens, fault(tokens))
}

/** The result of a revocation that was not stored. */
function revokedWithoutRecord(target: string | Target): Revoked {
  return { revoked: true, target: scopeOf(target), at: Date.now(), first: true }
}

function scopeOf(target: string | Target): Revoked['target'] {
  if (typeof target === 'string') return 'token'
  if (target.subject !== undefined) return 'subject'
  return target.client === undefined ? 'issuer' : 'client'
}

function accepted(token: string): object {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
  return { active: true, storeChecked: true, claims: JSON.parse(payload), expiresAt: 0 }
}

function newSession(tokens: Tokenward): Promise<Login> {
  return tokens.issue({ subject: 'carol', client: 'web' })
}
