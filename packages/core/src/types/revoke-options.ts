/** What to take back, list or explain. `issuer` defaults to the instance's own. */
export type Target =
  | (Only<'everything'> & { readonly everything: true })
  | (Only<'issuer'> & { readonly issuer: string })
  | (Only<'record'> & { /** From {@link Tokenward.list}. */ readonly record: string })
  | (Only<'issuer' | 'jti'> & { readonly issuer?: string; readonly jti: string })
  | (Only<'issuer' | 'session'> & { readonly issuer?: string; readonly session: string })
  | (Only<'issuer' | 'client'> & { readonly issuer?: string; readonly client: string })
  | (Only<'issuer' | 'subject' | 'client'> & {
      readonly issuer?: string
      readonly subject: string
      readonly client?: string
    })

type Property = 'everything' | 'issuer' | 'record' | 'jti' | 'session' | 'client' | 'subject'
type Only<P extends Property> = { readonly [K in Exclude<Property, P>]?: never }

/** Why, and by whom: kept with the revocation. Each up to 1,024 UTF-16 units. */
export interface RevocationNote {
  readonly reason?: string
  readonly actor?: string
}

export interface RevokeTokenOptions extends RevocationNote {
  /** An access token takes its session too. A refresh token always does. */
  readonly cascade?: boolean
  /**
   * The client that presents the token, where you know it: one that was issued to another client is
   * refused as `invalid-claims`, and not revoked (RFC 7009 §2.1).
   */
  readonly client?: string
}

export interface RevokeTargetOptions extends RevocationNote {
  /** Only what was issued up to this past instant (a Date, or epoch ms). Not for single tokens. */
  readonly before?: Date | number
  /** Access tokens alone die; sessions rotate on, with fresh claims. Not with `before`. */
  readonly only?: 'access'
}
