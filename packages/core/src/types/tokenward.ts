/// <reference lib="esnext.disposable" preserve="true" />
import type { JWK } from 'jose'
import type {
  CloseOptions,
  ConsumeOptions,
  IssueOptions,
  ListOptions,
  PruneOptions,
  RotateOptions,
  VerifyOptions,
} from './call-options.ts'
import type {
  DataUpdate,
  Erased,
  EraseOptions,
  Resealed,
  ResealOptions,
  SessionPage,
  SessionsOptions,
  StoredData,
} from './data.ts'
import type { AnyListener, Events, Listener } from './events.ts'
import type { Explanation, Health, Page } from './inspection.ts'
import type { MessageClaims, Received, ReceiveOptions } from './messages.ts'
import type {
  Issued,
  Login,
  NotRevoked,
  Pruned,
  Revoked,
  RotateResult,
  SaveResult,
  VerifyResult,
} from './results.ts'
import type {
  AllExcept,
  RevocationNote,
  RevokeTargetOptions,
  RevokeTokenOptions,
  Target,
} from './revoke-options.ts'

/**
 * An instance: the tokens of one issuer on one store, as {@link createTokenward} makes it.
 *
 * A token that is not accepted is a result (`{ active: false, reason }`), not an error. Every method
 * that uses the store can reject with `TOKENWARD_STORE_UNAVAILABLE` (the store did not answer within
 * the deadline), `TOKENWARD_INVALID_INPUT` (an argument is wrong; nothing was sent),
 * `TOKENWARD_ADAPTER_FAULT` and `TOKENWARD_CLOSED`; every method that takes a token also with
 * `TOKENWARD_KEYS_UNAVAILABLE`, and with `TOKENWARD_NOT_PREPARED` or `TOKENWARD_POLICY_REFUSED` where the
 * store was prepared by another version or with another pepper meanwhile; every method that writes also
 * with `TOKENWARD_WRITE_INDETERMINATE` (the write may have happened; repeat the call). The docs of each
 * method name only further codes.
 * @typeParam C your claims, as `issue` signs them and `verify` returns them
 * @typeParam D your data, as `issue` stores it
 */
export interface Tokenward<C extends object = object, D extends object = object>
  extends AsyncDisposable {
  /** The issuer of the tokens, as in the claim `iss`. */
  readonly issuer: string
  /**
   * Signs an access token (RFC 9068) without a session. It is valid as soon as the promise resolves.
   * @throws `TOKENWARD_UNSUPPORTED_OPERATION`: the instance has no private key, or there is `data` and no
   * `sealing`
   * @example
   * const { accessToken } = await tokens.issue({ subject: 'ada', client: 'job', refresh: false })
   */
  issue(options: IssueOptions<C, D> & { readonly refresh: false }): Promise<Issued>
  /**
   * Starts a session: signs an access token (RFC 9068) and a refresh token. Both are valid as soon as the
   * promise resolves.
   * @throws `TOKENWARD_UNSUPPORTED_OPERATION`: the instance has no private key; there is `data` and no
   * `sealing`; or there is `maxSessions` and the store cannot list
   * @example
   * const login = await tokens.issue({ subject: 'ada', client: 'web', scope: 'read write' })
   * response.json({ access_token: login.accessToken, refresh_token: login.refreshToken })
   */
  issue(options: IssueOptions<C, D>): Promise<Login>
  /**
   * Stores a record of an access token that was signed elsewhere: with your keys before you used
   * Tokenward (it is accepted from then on), or by a trusted issuer. A revoked token stays revoked.
   * @throws `TOKENWARD_UNSUPPORTED_OPERATION`: the store is not durable
   */
  save(token: string): Promise<SaveResult>
  /**
   * Tells whether a token is valid now: signature, claims, your requirements, and its revocation in the
   * store (RFC 7662 calls this introspection).
   * @example
   * const result = await tokens.verify(token, { scope: 'write' })
   * if (!result.active) return response.status(401).end()
   * const user = result.claims.sub
   */
  verify(token: string, options?: VerifyOptions): Promise<VerifyResult<C, D>>
  /**
   * Verifies an access token and uses it up: of all calls with one token, exactly one is active. Later
   * calls get the reason `consumed`.
   * @example
   * const result = await tokens.consume(token, { idempotencyKey: request.id })
   */
  consume(token: string, options?: ConsumeOptions): Promise<VerifyResult<C>>
  /**
   * Exchanges a refresh token for its successor and a new access token (RFC 6749 §6, RFC 9700 §4.14). A
   * token that was rotated already gets the same successor again within the grace period, or the reason
   * `consumed` where that successor was rotated too; more than `skew` after the grace period its session
   * is revoked and the reason is `reused`.
   * @throws `TOKENWARD_UNSUPPORTED_OPERATION`: the instance has no private key
   * @example
   * const login = await tokens.rotate(refreshToken, { claims: () => rolesOf(user) })
   * if (!login.active) return response.status(400).json({ error: 'invalid_grant' })
   */
  rotate(refreshToken: string, options?: RotateOptions<C>): Promise<RotateResult>
  /**
   * Revokes a token (RFC 7009): an access token, or with a refresh token its whole session. When the
   * promise resolves, no verification that starts later accepts it.
   * @throws `TOKENWARD_INVALID_INPUT`: also for a string that is not a JWT. Pass an object to revoke by
   * an id.
   * @example
   * await tokens.revoke(refreshToken) // sign out
   * await tokens.revoke(accessToken, { cascade: true }) // and its session
   */
  revoke(token: string, options?: RevokeTokenOptions): Promise<Revoked | NotRevoked>
  /**
   * Revokes a session, a token by its id, or everything of a user, client or issuer. When the promise
   * resolves, no verification that starts later accepts what was revoked. Later logins are not affected.
   * @throws `TOKENWARD_UNSUPPORTED_OPERATION`: `{ record }` on a store that may evict it
   * @example
   * await tokens.revoke({ subject: 'ada' }, { reason: 'lost phone', actor: 'support' })
   * await tokens.revoke({ subject: 'ada' }, { only: 'access' }) // after a change of roles
   * await tokens.revoke({ everything: true })
   */
  revoke(target: Target, options?: RevokeTargetOptions): Promise<Revoked>
  /**
   * Revokes all sessions and stored tokens of a user but one session. When the promise resolves, no
   * verification that starts later accepts what existed when the call began. It takes longer the more
   * sessions there are: the deadline limits each step.
   * @throws `TOKENWARD_UNSUPPORTED_OPERATION`: the store cannot list. Revoke the subject, and issue anew.
   * @example
   * await tokens.revoke({ subject: 'ada', except: login.session }, { reason: 'password changed' })
   */
  revoke(target: AllExcept, options?: RevocationNote): Promise<Revoked>
  /**
   * Returns what was stored with a token or session: its data, its names and whether it is accepted. For a
   * refresh token, or an access token with a session: that of the session.
   * @throws `TOKENWARD_KEYS_UNAVAILABLE`: the key management service failed
   * @example
   * const stored = await tokens.data({ session: login.session })
   * if (stored.found) console.log(stored.data)
   */
  data(target: string | Target): Promise<StoredData<D>>
  /**
   * Changes the data of a token or session by one conditional write. Where another call was faster, or a
   * reply was lost, `change` is called again with what is stored then. `null` removes the data. Where it is
   * unknown whether the change was made, the call rejects with `TOKENWARD_WRITE_INDETERMINATE`: to repeat it
   * may make the change twice, so read the data first.
   * @param change gets a copy of the data, or `null`; may be async
   * @throws `TOKENWARD_UNSUPPORTED_OPERATION`: the instance has no `sealing`
   * @throws `TOKENWARD_KEYS_UNAVAILABLE`: the key management service failed
   * @example
   * await tokens.updateData({ session }, (data) => ({ ...data, cart: [...items] }))
   */
  updateData(
    target: string | Target,
    change: (data: D | null) => D | null | Promise<D | null>,
  ): Promise<DataUpdate<D>>
  /**
   * Returns the sessions of a user, the newest first, page by page.
   * @throws `TOKENWARD_UNSUPPORTED_OPERATION`: the store cannot list
   * @example
   * const { items, cursor } = await tokens.sessions({ subject: 'ada' })
   */
  sessions(
    target: { readonly subject: string; readonly client?: string },
    options?: SessionsOptions,
  ): Promise<SessionPage<D>>
  /**
   * Seals everything in the store that an earlier key has sealed with the current key, in small batches
   * between which other work goes on. It can be interrupted and run again.
   * @throws `TOKENWARD_UNSUPPORTED_OPERATION`: the store cannot list, or the instance has no `sealing`
   * @throws `TOKENWARD_KEYS_UNAVAILABLE`: the key management service failed
   */
  reseal(options?: ResealOptions): Promise<Resealed>
  /**
   * Revokes a user, and then removes the data, label, names and notes from all records of that user that
   * are not accepted any more. Logins after the revocation keep theirs. It can be interrupted and run
   * again. Backups keep what they have.
   * @throws `TOKENWARD_UNSUPPORTED_OPERATION`: the store cannot list
   * @example
   * const { erased } = await tokens.erase({ subject: 'ada' })
   */
  erase(target: { readonly subject: string }, options?: EraseOptions): Promise<Erased>
  /**
   * Verifies like `verify` and also returns each record that was read and its result. For a target: what
   * is stored for it. Changes nothing.
   * @param options as for `verify`; only with a token
   * @example
   * const { active, checks } = await tokens.explain(token)
   * console.log(checks.find(({ decisive }) => decisive))
   */
  explain(target: string | Target, options?: VerifyOptions): Promise<Explanation>
  /**
   * Returns the stored tokens and sessions of a scope, each with its current result, page by page. Under
   * `denylist` there are only records of access tokens that have data, or were consumed or revoked.
   * @throws `TOKENWARD_UNSUPPORTED_OPERATION`: the store cannot list
   * @example
   * const { items, cursor } = await tokens.list({ subject: 'ada' }, { kind: 'session' })
   */
  list(target: Target, options?: ListOptions): Promise<Page>
  /**
   * Deletes the records that no result depends on any more, in small batches between which other work
   * goes on. Run it regularly, for example daily.
   * @throws `TOKENWARD_UNSUPPORTED_OPERATION`: the store removes these records without your help
   */
  prune(options?: PruneOptions): Promise<Pruned>
  /**
   * Verifies a message that a trusted issuer has signed and that is no access token, such as a logout token
   * (OpenID Connect Back-Channel Logout §2.4) or a security event token (RFC 8417), and acts on it. Of all
   * calls with one message exactly one has received it; a later one does not act. A call that fails has not
   * received it: the message may be sent again, and `act` is called again.
   * @param act does what the message asks for, before its id is noted; what it throws rejects the call
   * @throws `TOKENWARD_UNSUPPORTED_OPERATION`: the store is not durable
   * @example
   * const options = { typ: 'logout+jwt', audience: 'my-client' }
   * await tokens.receive(logoutToken, options, ({ iss, sid = '' }) => tokens.revoke({ issuer: iss, session: sid }))
   */
  receive(
    message: string,
    options: ReceiveOptions,
    act: (claims: MessageClaims) => unknown,
  ): Promise<Received>
  /**
   * Signs the response of an introspection endpoint (RFC 9701 §5).
   * @param audience the client id of the protected resource that asked
   * @param introspection the members of the response (RFC 7662 §2.2)
   * @throws `TOKENWARD_UNSUPPORTED_OPERATION`: the instance has no private key
   * @throws `TOKENWARD_KEYS_UNAVAILABLE`: the service that signs failed
   */
  signIntrospection(audience: string, introspection: object): Promise<{ readonly jwt: string }>
  /** Checks the store and the keys of all issuers. Problems are in the result; they are not thrown. */
  health(): Promise<Health>
  /**
   * The public keys, to serve at your JWKS URL (RFC 7517 §5). Those of a function `keys` are as it returned them
   * last; it is called again in the background when they are 5 minutes old.
   * @throws `TOKENWARD_KEYS_UNAVAILABLE`: the instance verifies by the URL of a JWK set
   */
  jwks(): { readonly keys: readonly JWK[] }
  /**
   * Calls `listener` at each event of this name.
   * @returns a function that removes the listener
   * @example
   * tokens.on('reused', ({ subject, session }) => alert(`refresh token reused: ${subject} ${session}`))
   */
  on<E extends keyof Events>(event: E, listener: Listener<E>): () => void
  /**
   * Calls `listener` at every event, for a logger in one line.
   * @returns a function that removes the listener
   * @example
   * tokens.onAny((name, event) => logger.info(event, name))
   */
  onAny(listener: AnyListener): () => void
  /**
   * Refuses new calls, lets those under way finish for as long as `drain`, and closes. Of the calls that
   * are left, those whose write was sent reject with `TOKENWARD_WRITE_INDETERMINATE`, all others with
   * `TOKENWARD_CLOSED`. The repository is closed with the last instance that uses it. Repeated calls
   * have no effect.
   * @example
   * process.once('SIGTERM', () => tokens.close({ drain: '10s' }))
   */
  close(options?: CloseOptions): Promise<void>
}
