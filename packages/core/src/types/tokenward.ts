/// <reference lib="esnext.disposable" preserve="true" />
import type { JWK } from 'jose'
import type { CloseOptions } from '../calls.ts'
import type { IssueOptions, RotateOptions, VerifyOptions } from './call-options.ts'
import type { Events, Listener } from './events.ts'
import type {
  Explanation,
  Health,
  Issued,
  Login,
  NotRevoked,
  Page,
  Pruned,
  PruneOptions,
  Revoked,
  RotateResult,
  SaveResult,
  VerifyResult,
} from './results.ts'
import type { RevokeTargetOptions, RevokeTokenOptions, Target } from './revoke-options.ts'

/** One issuer's tokens on one store. Made by {@link createTokenward}. */
export interface Tokenward<C extends object = object> extends AsyncDisposable {
  /** Signs an access token and, unless `refresh: false`, starts a session with a refresh token. */
  issue(options: IssueOptions<C> & { readonly refresh: false }): Promise<Issued>
  issue(options: IssueOptions<C>): Promise<Login>
  /** Takes a token that was signed elsewhere, or before, into the allowlist. Durable stores. */
  save(token: string): Promise<SaveResult>
  /** Is it still good? Never throws for what the token is. */
  verify(token: string, options?: VerifyOptions): Promise<VerifyResult<C>>
  /** Uses an access token up: active for one caller, once. */
  consume(
    token: string,
    options?: VerifyOptions & { readonly idempotencyKey?: string },
  ): Promise<VerifyResult<C>>
  /** Exchanges a refresh token for its successor and a new access token. */
  rotate(refreshToken: string, options?: RotateOptions<C>): Promise<RotateResult>
  revoke(token: string, options?: RevokeTokenOptions): Promise<Revoked | NotRevoked>
  revoke(target: Target, options?: RevokeTargetOptions): Promise<Revoked>
  /** A verification that shows its working; for a target, what stands there. Changes nothing. */
  explain(target: string | Target, options?: VerifyOptions): Promise<Explanation>
  list(
    target: Target,
    options?: {
      readonly kind?: 'token' | 'session'
      readonly limit?: number
      readonly cursor?: string
    },
  ): Promise<Page>
  /**
   * Deletes records that no answer needs any more, batch by batch, and lets other work through between
   * them.
   */
  prune(options?: PruneOptions): Promise<Pruned>
  health(): Promise<Health>
  /** The public keys (RFC 7517 §5). */
  jwks(): { readonly keys: readonly JWK[] }
  on<E extends keyof Events>(event: E, listener: Listener<E>): () => void
  /**
   * Refuses new calls, lets those under way finish for as long as `drain`, and closes. Of those that are
   * left, the ones whose write was sent reject with `TOKENWARD_WRITE_INDETERMINATE`, all others with
   * `TOKENWARD_CLOSED`. The repository is closed with the last instance that uses it.
   */
  close(options?: CloseOptions): Promise<void>
}
