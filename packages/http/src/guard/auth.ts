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
  /** The values of the claim `scope`, or where it is missing of `scp`, a string or a list. */
  readonly scopes: string[]
  /** In seconds since 1970, as the claim `exp`. */
  readonly expiresAt: number
  /**
   * The session: the claim `sid`, or where it is missing `session_id` or `origin_jti`, as several identity
   * providers name it. `tokens.revoke({ session: sessionId })` ends it; add `issuer` for an external one.
   */
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
  const { sub, exp } = claims
  const session = firstString(claims, ['sid', 'session_id', 'origin_jti'])
  return {
    token,
    claims,
    ...(sub === undefined ? {} : { subject: sub }),
    clientId: firstString(claims, ['client_id', 'azp', 'cid']) ?? '',
    scopes: scopesOf(claims),
    expiresAt: exp,
    ...(session === undefined ? {} : { sessionId: session }),
    storeChecked,
  }
}

function firstString(claims: object, names: readonly string[]): string | undefined {
  return names.map((name) => claimOf(claims, name)).find((value) => typeof value === 'string')
}

function scopesOf(claims: object): string[] {
  const value = claimOf(claims, 'scope') ?? claimOf(claims, 'scp')
  const values: unknown[] = [value].flat()
  return values
    .flatMap((each) => (typeof each === 'string' ? each.split(' ') : []))
    .filter((each) => each !== '')
}

function claimOf(claims: object, name: string): unknown {
  return Object.hasOwn(claims, name) ? Reflect.get(claims, name) : undefined
}
