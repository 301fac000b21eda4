import type { Duration } from '../input/duration.ts'

/** One string or several, as in the claim `aud` (RFC 7519 §4.1.3). */
export type OneOrMany = string | readonly string[]

/**
 * The options of {@link Tokenward.issue}. Ids have 1 to 1,024 UTF-16 code units and are well-formed.
 * @typeParam C your claims
 * @typeParam D your data
 */
export interface IssueOptions<C extends object = object, D extends object = object> {
  /** The user that the token is about: the claim `sub` (RFC 7519 §4.1.2). */
  readonly subject: string
  /** The client that the token is issued to: the claim `client_id` (RFC 9068 §2.2). */
  readonly client: string
  /**
   * The audience of the access token: the claim `aud`.
   * @default the `audience` of the instance
   */
  readonly audience?: OneOrMany
  /** The claim `scope`: values separated by single spaces (RFC 6749 §3.3). */
  readonly scope?: string
  /**
   * Your claims for the access token. An object is also stored in the refresh token, and is signed
   * again at each rotation. A function is called after the revocations were read: use one for
   * privileges, and pass claims again to each `rotate`.
   * @example
   * claims: { tenant: 'acme' }
   * claims: async () => ({ roles: await loadRoles('ada') })
   */
  readonly claims?: C | (() => C | Promise<C>)
  /**
   * The lifetime of the access token, at most `lifetimes.access` of the instance.
   * @default `lifetimes.access` of the instance
   */
  readonly lifetime?: Duration
  /**
   * What you want to keep beside the session, or beside the token where there is none: a JSON object of at
   * most `maxDataBytes`. It is encrypted in the store, and is not part of any token. Needs `sealing`.
   * @example
   * data: { device: 'iPhone', upstream: { refreshToken } }
   */
  readonly data?: D
  /**
   * A name that people recognize in {@link Tokenward.sessions}, such as `Firefox on Linux`: 1 to 128 UTF-16
   * code units, encrypted like `data`. Needs `sealing`.
   */
  readonly label?: string
  /**
   * How many sessions the subject may have. Where there are more, this login ends the oldest ones. Only
   * with a session, on stores that can list.
   * @default no limit
   */
  readonly maxSessions?: number
  /**
   * Whether to start a session with a refresh token. `false`: only an access token.
   * @default true
   */
  readonly refresh?: boolean
}

/** The options of {@link Tokenward.verify}: what you require of a token. */
export interface VerifyOptions {
  /**
   * One of these must be in the claim `aud`. A token of a trusted issuer must also have an audience that
   * its `trust` options name.
   * @default the `audience` of the instance; for trusted issuers only that of their options
   */
  readonly audience?: OneOrMany
  /** Each of these values, separated by single spaces, must be in the claim `scope` (RFC 6749 §3.3). */
  readonly scope?: string
  /**
   * The kind of token. `consume` accepts only access tokens.
   * @default 'access'
   */
  readonly kind?: 'access' | 'refresh'
  /**
   * Accepts a token that is bound to a key of its client (the claim `cnf`, RFC 7800). Only for a caller
   * that compares `claims.cnf` with the proof (DPoP, RFC 9449) or the certificate (mutual TLS, RFC 8705) of
   * the request: without this check, a stolen token is accepted from anyone.
   * @default false
   */
  readonly acceptKeyBound?: boolean
  /**
   * Whether the result has the `data` and the `label` of the token's session, or of the token where there
   * is none. They are read in the same round trip. What cannot be opened is `null`, and the event
   * `unreadable`; it never makes a token inactive.
   * @default false
   */
  readonly data?: boolean
}

/** The options of {@link Tokenward.consume}. */
export interface ConsumeOptions extends Omit<VerifyOptions, 'data'> {
  /**
   * Names the operation that the token is consumed for. A repeated call with the same key succeeds
   * again, so a client can retry after a lost response. 1 to 1,024 UTF-16 code units.
   */
  readonly idempotencyKey?: string
}

/** The options of {@link Tokenward.rotate}. */
export interface RotateOptions<C extends object = object> {
  /** Part of the scope that was granted at login, for the new access token alone (RFC 6749 §6). */
  readonly scope?: string
  /** As in {@link IssueOptions.claims}. An object replaces the one that the refresh token holds. */
  readonly claims?: C | (() => C | Promise<C>)
  /**
   * The client that presents the token, if you have authenticated it. A token that was issued to
   * another client is refused as `invalid-claims` and is not rotated (RFC 6749 §6).
   */
  readonly client?: string
}

/** The options of {@link Tokenward.list}. */
export interface ListOptions {
  /**
   * Only tokens, or only sessions.
   * @default both
   */
  readonly kind?: 'token' | 'session'
  /**
   * The largest number of items in the page, from 1 to 1,000.
   * @default 100
   */
  readonly limit?: number
  /** The `cursor` of the previous page. */
  readonly cursor?: string
}

/** The options of {@link Tokenward.prune}. */
export interface PruneOptions {
  /**
   * The largest number of records to delete, or with `dryRun` to count.
   * @default no limit; 100,000 with `dryRun`
   */
  readonly limit?: number
  /**
   * Only counts the records, and deletes none.
   * @default false
   */
  readonly dryRun?: boolean
  /** Is called after each batch with the number of records deleted so far. */
  readonly onProgress?: (deleted: number) => void
}

/** The options of {@link prepare}. */
export interface PrepareOptions {
  /**
   * Changes nothing, and returns what would be done.
   * @default false
   */
  readonly dryRun?: boolean
}

/** The options of {@link Tokenward.close}. */
export interface CloseOptions {
  /**
   * How long the calls that are under way may still take, from `0s` to `5m`.
   * @default '0s'
   */
  readonly drain?: Duration
}
