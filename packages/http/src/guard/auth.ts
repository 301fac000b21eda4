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

const CLIENT_CLAIMS = ['client_id', 'azp', 'cid']

export function toAuth<C extends object>(
  token: string,
  { claims, storeChecked }: Active<C>,
): Auth<C> {
  const { sub, sid, scope = '', exp } = claims
  const clients = CLIENT_CLAIMS.map(
    (name) => Object.entries(claims).find(([key]) => key === name)?.[1],
  )
  return {
    token,
    claims,
    ...(sub === undefined ? {} : { subject: sub }),
    clientId: clients.find((each) => typeof each === 'string') ?? '',
    scopes: scope.split(' ').filter((value) => value !== ''),
    expiresAt: exp,
    ...(sid === undefined ? {} : { sessionId: sid }),
    storeChecked,
  }
}
