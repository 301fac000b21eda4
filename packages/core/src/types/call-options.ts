import type { Duration } from '../input/duration.ts'
/** Text as a claim may hold it: one value or several. */
export type OneOrMany = string | readonly string[]

/** What {@link Tokenward.issue} signs. Ids are 1 to 1,024 well-formed UTF-16 units. */
export interface IssueOptions<C extends object = object> {
  /** `sub`: whom the token is about. */
  readonly subject: string
  /** `client_id`: to whom it is given (RFC 9068 §2.2). */
  readonly client: string
  /** `aud` of the access token. Default: the instance's `audience`. */
  readonly audience?: OneOrMany
  /** `scope`: space-separated (RFC 6749 §3.3). */
  readonly scope?: string
  /**
   * Further claims of the access token. An object rides in the refresh token to its successors; a
   * function is called after the revocation state was read, so privileges belong in one.
   */
  readonly claims?: C | (() => C | Promise<C>)
  /** Of the access token. Default: the instance's `lifetimes.access`, which is also the most. */
  readonly lifetime?: Duration
  /** `false`: an access token alone, without a session. Default: `true`. */
  readonly refresh?: boolean
}

/** What the verifier demands of a token. */
export interface VerifyOptions {
  /** One of these must be in `aud`. Default: the instance's `audience`. */
  readonly audience?: OneOrMany
  /** Each of these space-separated values must be in `scope`. */
  readonly scope?: string
  /** Default: `access`. `consume` takes access tokens alone. */
  readonly kind?: 'access' | 'refresh'
}

/** Changes for the successor of a refresh token. */
export interface RotateOptions<C extends object = object> {
  /** A part of the scope granted at login (RFC 6749 §6), for the access token alone. */
  readonly scope?: string
  /** As in {@link Grant.claims}. An object rides on from here. */
  readonly claims?: C | (() => C | Promise<C>)
  /**
   * The client that presents the token, where you know it: one that was issued to another client is
   * refused as `invalid-claims`, and not used up (RFC 6749 §6).
   */
  readonly client?: string
}
