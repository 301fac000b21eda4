/**
 * What to revoke, list or explain: one of these, and with another issuer than the instance's also
 * `issuer`.
 * @example
 * { subject: 'ada' } // all tokens of a user
 * { subject: 'ada', client: 'web' } // of a user at one client
 * { client: 'web' } // of a client
 * { session: login.session } // one login
 * { jti: issued.jti } // one token
 * { issuer: 'https://idp.example' } // all tokens of an issuer
 * { everything: true } // all tokens in the namespace of the store
 * { record: page.items[0].record } // a record that list() returned
 */
export type Target =
  | (Only<'everything'> & { readonly everything: true })
  | (Only<'issuer'> & { readonly issuer: string })
  | (Only<'record'> & { readonly record: string })
  | (Only<'issuer' | 'jti'> & { readonly issuer?: string; readonly jti: string })
  | (Only<'issuer' | 'session'> & { readonly issuer?: string; readonly session: string })
  | (Only<'issuer' | 'client'> & { readonly issuer?: string; readonly client: string })
  | (Only<'issuer' | 'subject' | 'client'> & {
      readonly issuer?: string
      readonly subject: string
      readonly client?: string
    })

type TargetProperty = 'everything' | 'issuer' | 'record' | 'jti' | 'session' | 'client' | 'subject'

/** Excludes all properties but these: without it a target with too many of them would compile. */
type Only<P extends TargetProperty> = { readonly [K in Exclude<TargetProperty, P>]?: never }

/**
 * All sessions and stored tokens of a user but one session. Logins during the call may stay. On stores that
 * can list.
 * @example
 * { subject: 'ada', except: login.session } // sign out everywhere else
 */
export interface AllExcept {
  readonly subject: string
  /** The id of the session that stays. */
  readonly except: string
}

/**
 * Why something was revoked, and by whose action. It is stored with the revocation, in plain text without
 * the option `sealing`. Where a key management service fails, the revocation is stored without its note, and
 * the result has none.
 */
export interface RevocationNote {
  /** At most 1,024 UTF-16 code units. */
  readonly reason?: string
  /** At most 1,024 UTF-16 code units. */
  readonly actor?: string
}

/** The options of {@link Tokenward.revoke} for a token that you pass as a string. */
export interface RevokeTokenOptions extends RevocationNote {
  /**
   * Whether an access token also revokes its session. A refresh token always does.
   * @default false
   */
  readonly cascade?: boolean
  /**
   * The client that presents the token, if you have authenticated it. A token that was issued to
   * another client is refused as `invalid-claims` and is not revoked (RFC 7009 §2.1).
   */
  readonly client?: string
}

/** The options of {@link Tokenward.revoke} for a target. */
export interface RevokeTargetOptions extends RevocationNote {
  /**
   * Revokes only the sessions that began, and the tokens without a session that were issued, up to this
   * past instant: a `Date`, or ms since 1970. Not for single tokens, and not with `only`.
   * @default now: everything that was issued until the call returns
   */
  readonly before?: Date | number
  /**
   * `access`: revokes only access tokens, because privileges have changed. Sessions stay; where a refresh
   * token holds claims, its next rotation needs a function for new ones. Not for single tokens, and not
   * with `before`.
   */
  readonly only?: 'access'
}
