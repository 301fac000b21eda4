import type { JWK } from 'jose'
import type { Change, Grant, Want } from '../input/grant.ts'
import type { RevokeTargetOptions, RevokeTokenOptions, Target } from '../input/target.ts'
import type {
  Explanation,
  Health,
  Issued,
  Login,
  NotRevoked,
  Page,
  Pruned,
  Revoked,
  Rotation,
  Saved,
  Verdict,
} from './answers.ts'
import type { Events, Listener } from './events.ts'

/** One issuer's tokens on one store. Made by {@link createTokenward}. */
export interface Tokenward<C extends object = object> extends AsyncDisposable {
  /** Signs an access token and, unless `refresh: false`, starts a family with a refresh token. */
  issue(grant: Grant<C> & { readonly refresh: false }): Promise<Issued>
  issue(grant: Grant<C>): Promise<Login>
  /** Takes a token that was signed elsewhere, or before, into the registry. Durable stores. */
  save(token: string): Promise<Saved>
  /** Is it still good? Never throws for what the token is. */
  verify(token: string, want?: Want): Promise<Verdict<C>>
  /** Uses an access token up: active for one caller, once. */
  consume(token: string, want?: Want & { readonly idempotencyKey?: string }): Promise<Verdict<C>>
  /** Exchanges a refresh token for its successor and a new access token. */
  rotate(refreshToken: string, change?: Change<C>): Promise<Rotation>
  revoke(token: string, options?: RevokeTokenOptions): Promise<Revoked | NotRevoked>
  revoke(target: Target, options?: RevokeTargetOptions): Promise<Revoked>
  /** A verification that shows its working; for a target, what stands there. Changes nothing. */
  explain(target: string | Target): Promise<Explanation>
  list(
    target: Target,
    options?: {
      readonly kind?: 'token' | 'family'
      readonly limit?: number
      readonly cursor?: string
    },
  ): Promise<Page>
  prune(options?: { readonly limit?: number; readonly dryRun?: boolean }): Promise<Pruned>
  health(): Promise<Health>
  /** The public keys (RFC 7517 §5). */
  jwks(): { readonly keys: readonly JWK[] }
  on<E extends keyof Events>(event: E, listener: Listener<E>): () => void
  close(): Promise<void>
}
