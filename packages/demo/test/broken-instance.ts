import type { Login, Revoked, Target, Tokenward, TokenwardOptions } from '@tokenward/core'
import { createTokenward as createGood } from '@tokenward/core'

/**
 * Instances that break their promises in one named way each. The demo takes this module in place of
 * `@tokenward/core`, so that its tests can see that the story notices.
 */
const FAULTS: Readonly<Record<string, (instance: Tokenward) => Partial<Tokenward>>> = {
  'forgets-revocations': () => ({
    revoke: async (what: string | Target) => forgotten(what),
  }),
  'accepts-everything': () => ({
    verify: async (token: string) => accepted(token) as never,
  }),
  'forks-sessions': (instance) => ({
    rotate: async () => ({ active: true, retried: false, ...(await anotherLogin(instance)) }),
  }),
}

export async function createTokenward(options: TokenwardOptions): Promise<Tokenward> {
  const name = process.env['TOKENWARD_DEMO_BROKEN'] ?? ''
  const fault = FAULTS[name]
  if (fault === undefined) throw new Error(`no fault is named '${name}'`)
  const instance = await createGood(options)
  return Object.assign(instance, fault(instance))
}

/** Answers as if it had been done. */
function forgotten(what: string | Target): Revoked {
  return { revoked: true, target: targetOf(what), at: Date.now(), first: true }
}

function targetOf(what: string | Target): Revoked['target'] {
  if (typeof what === 'string') return 'token'
  if (what.subject !== undefined) return 'subject'
  return what.client === undefined ? 'issuer' : 'client'
}

function accepted(token: string): object {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
  return { active: true, storeChecked: true, claims: JSON.parse(payload), expiresAt: 0 }
}

function anotherLogin(instance: Tokenward): Promise<Login> {
  return instance.issue({ subject: 'carol', client: 'web' })
}
