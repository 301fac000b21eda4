import type { Active, Claims } from '@tokenward/core'

/**
 * What a guard knows of an accepted token. It has the members of `AuthInfo` of the MCP SDK, whose
 * transports read it from `req.auth`.
 * @typeParam C your claims
 */
export interface Auth<C extends object = object> {
  /** The token as it was presented. Keep it out of logs. */
  readonly token: string
  /** The claims as they were signed. Frozen. */
  readonly claims: Claims & C
  /** The user: the claim `sub`. */
  readonly subject?: string
  /**
   * The client: the claim `client_id` (RFC 9068 §2.2), or where it is missing `azp` or `cid`, as several
   * identity providers name it. Empty where the token names no client.
   */
  readonly clientId: string
  /** The values of the claim `scope`. */
  readonly scopes: string[]
  /** In seconds since 1970, as the claim `exp`. */
  readonly expiresAt: number
  /** The session: the claim `sid`. `tokens.revoke({ session: sessionId })` ends it. */
  readonly sessionId?: string
  /**
   * `false`: the store was unavailable, and the token was accepted without it because of
   * `onUnavailable: 'accept'`. It may be revoked.
   */
  readonly storeChecked: boolean
}

export function toAuth<C extends object>(
  token: string,
  { claims, storeChecked }: Active<C>,
): Auth<C> {
  const { sub, sid, scope = '', exp } = claims
  return {
    token,
    claims,
    ...(sub === undefined ? {} : { subject: sub }),
    clientId: clientOf(claims),
    scopes: scope.split(' ').filter((value) => value !== ''),
    expiresAt: exp,
    ...(sid === undefined ? {} : { sessionId: sid }),
    storeChecked,
  }
}

function clientOf(claims: object): string {
  for (const name of ['client_id', 'azp', 'cid']) {
    const value: unknown = Object.hasOwn(claims, name) ? Reflect.get(claims, name) : undefined
    if (typeof value === 'string') return value
  }
  return ''
}
