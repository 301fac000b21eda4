import type { Reason } from '../decision/types.ts'
import type { Duration } from '../input/duration.ts'
import type { OneOrMany } from './call-options.ts'
import type { Mismatch } from './results.ts'

/** The options of {@link Tokenward.receive}. */
export interface ReceiveOptions {
  /**
   * The header `typ` that the message must have, such as `logout+jwt` or `secevent+jwt` (RFC 8417 §2.3).
   * `null` accepts any: then its claims must tell it from every other kind of token of the issuer.
   */
  readonly typ: string | null
  /** One of these must be in the claim `aud`. */
  readonly audience: OneOrMany
  /**
   * How old a message may be, by its claim `iat`, from `1s` to `30d`. Its id is kept for as long.
   * @default '7d'
   */
  readonly maxAge?: Duration
}

/** The claims of a message, as they were signed (RFC 8417 §2.2). Frozen. */
export interface MessageClaims {
  /** Issuer. */
  readonly iss: string
  /** Audience. */
  readonly aud: string | readonly string[]
  /** Issue time, in seconds since 1970. */
  readonly iat: number
  /** Message id: unique within the issuer. */
  readonly jti: string
  /** Expiration time, in seconds since 1970. */
  readonly exp?: number
  /** Subject. */
  readonly sub?: string
  /** Session. */
  readonly sid?: string
  readonly [name: string]: unknown
}

/**
 * The result of {@link Tokenward.receive}. Of all calls with one message, exactly one has received it; the
 * reason of the later ones is `consumed`.
 */
export type Received =
  | { readonly received: true; readonly claims: MessageClaims }
  | (Mismatch & { readonly received: false; readonly reason: Reason })
