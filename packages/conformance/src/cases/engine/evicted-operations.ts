// Operations that are tried with an eviction between any two of their steps.
import assert from 'node:assert/strict'
import type { Issued, Login, Tokenward } from '@tokenward/core'
import type { TestClock } from '../../harness/clock.ts'
import { claimsOf } from '../../harness/handmade-tokens.ts'

/** An active login, and the instance that is called. */
export interface Scene {
  readonly acting: Tokenward
  readonly clock: TestClock
  readonly grant: { readonly subject: string; readonly client: string }
  readonly live: Login
}

/** The result of an operation. */
export interface Done {
  /** Tokens that must be refused from now on. */
  readonly revoked?: readonly (Login | Issued)[]
  /** Tokens that it returned: each must be active or refused, and stay so. */
  readonly fresh?: { readonly accessToken: string } | null
}

export type Operation = (scene: Scene) => Promise<Done>

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  issue: async ({ acting, grant }) => ({ fresh: await acting.issue(grant) }),
  async verify({ acting, live }) {
    await acting.verify(live.accessToken)
    return {}
  },
  async 'verify of a refresh token'({ acting, live }) {
    await acting.verify(live.refreshToken, { kind: 'refresh' })
    return {}
  },
  async rotate({ acting, live }) {
    const next = await acting.rotate(live.refreshToken)
    return { fresh: next.active ? next : null }
  },
  async consume({ acting, live }) {
    const result = await acting.consume(live.accessToken)
    return { revoked: result.active ? [accessOf(live)] : [] }
  },
  'revoke of a token': ({ acting, live }) =>
    revokes(acting.revoke(live.accessToken), accessOf(live)),
  'revoke by the id of a refresh token': async ({ acting, live }) =>
    revokes(acting.revoke({ jti: idOf(live.refreshToken) }), live),
  'revoke of a session': ({ acting, live }) =>
    revokes(acting.revoke({ session: live.session }), live),
  'revoke of a subject': ({ acting, live, grant: { subject } }) =>
    revokes(acting.revoke({ subject }), live),
  'revoke of a subject at a client': ({ acting, live, grant }) =>
    revokes(acting.revoke(grant), live),
  'revoke of a client': ({ acting, live, grant: { client } }) =>
    revokes(acting.revoke({ client }), live),
  'revoke of everything': ({ acting, live }) => revokes(acting.revoke({ everything: true }), live),
  'revoke up to now': ({ acting, live, grant: { subject }, clock }) =>
    revokes(acting.revoke({ subject }, { before: clock() }), live),
  'revoke of access tokens only': ({ acting, live, grant: { subject } }) =>
    revokes(acting.revoke({ subject }, { only: 'access' }), accessOf(live)),
}

/** A revocation that resolved and reports that it revoked: its target stays refused. */
async function revokes(
  answer: Promise<{ readonly revoked: boolean }>,
  target: Login | Issued,
): Promise<Done> {
  const { revoked } = await answer
  assert.ok(revoked, 'an evicted target can be revoked')
  return { revoked: [target] }
}

function accessOf({ jti, accessToken, expiresIn, expiresAt }: Login): Issued {
  return { jti, accessToken, expiresIn, expiresAt }
}

function idOf(token: string): string {
  return String(claimsOf(token)['jti'])
}
