import type { Context } from '../context.ts'
import { allowedLifetime } from '../decision/decide.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import type { PrivateClaim } from '../jwt/private-claim.ts'
import type { Signer } from '../jwt/signer.ts'
import type { Lookup } from '../records/body.ts'
import type { Cutoff } from '../records/cutoff.ts'
import type { Root } from '../records/root.ts'
import type { SessionRotation } from '../records/session.ts'
import { randomId } from '../scopes/random.ts'
import type { CutoffScope } from '../scopes/scopes.ts'
import type { Deadline } from '../store/deadline.ts'
import type { RotateResult } from '../types/results.ts'
import { insertNew } from './insert.ts'
import { accessRecord } from './store-token.ts'
import {
  type AccessTokenFields,
  currentEpochs,
  type Draft,
  draftAccess,
  draftRefresh,
  issuedResult,
  issueTime,
  singleOrList,
} from './token-drafts.ts'

/** The claims of the new access token, and the revocation state under which they were computed. */
export interface SuccessorClaims {
  readonly claims: object
  /** The claims that the new refresh token holds for its successors. */
  readonly carried: object | undefined
  /** The claims that it held are stale: from now on every rotation must be given claims. */
  readonly mustBeSupplied: boolean
  /** The time before the first read, in ms since 1970. */
  readonly clock: number
  readonly cutoffs: ReadonlyMap<CutoffScope, Lookup<Cutoff>>
  readonly root: Root | null
}

export interface Successor {
  readonly rotation: SessionRotation
  /** When the session ends, in ms since 1970. */
  readonly endsAt: number
  readonly retried: boolean
  readonly successorClaims: SuccessorClaims
  /** Of the new access token. */
  readonly scope: string | undefined
}

/** Signed before the rotation is stored: what fails until then does not use up the old token. */
export interface SignedSuccessor {
  readonly rotation: SessionRotation
  readonly accessFields: AccessTokenFields
  readonly access: Draft
  readonly accessToken: string
  readonly refreshToken: string
}

/**
 * Signs the successor's tokens. The refresh token is derived from the presented one and the record of the
 * session, so every retry gets the same; the access token is new each time.
 * @throws `TOKENWARD_INVALID_INPUT`: the claims make one of them too large
 * @throws `TOKENWARD_KEYS_UNAVAILABLE`: the service that signs failed
 */
export async function signSuccessor(
  context: Context,
  token: Authenticated,
  successor: Successor,
  signer: Signer,
  deadline: Deadline,
): Promise<SignedSuccessor> {
  const { principal } = token
  const { rotation } = successor
  const accessFields = accessFieldsOf(context, token, successor)
  const refresh = draftRefresh(signer, {
    ...principal,
    session: principal.session ?? '',
    scope: token.claims.scope,
    expiresAt: rotation.expiresAt,
    privateClaim: refreshClaim(token, successor, rotation.generation + 1),
  })
  const access = draftAccess(signer, accessFields)
  const [accessToken, refreshToken] = await Promise.all([
    signer.sign(access, deadline),
    signer.sign(refresh, deadline),
  ])
  return { rotation, accessFields, access, accessToken, refreshToken }
}

/** Stores the access token, where the policy needs it, and hands out both. */
export async function handOut(
  context: Context,
  token: Authenticated,
  successor: Successor,
  { accessFields, access, accessToken, refreshToken }: SignedSuccessor,
  deadline: Deadline,
): Promise<RotateResult> {
  const { rotation, endsAt, retried } = successor
  const { sub: subject = '', client_id: client = '', sid: session = '' } = token.claims
  const stored = await accessRecord(context, accessFields, access, token.cutoffKeys, {}, deadline)
  if (stored !== null) await insertNew(context, stored, deadline)
  const generation = rotation.generation + 1
  const event = { subject, client, session, generation }
  context.events.emit(retried ? 'retried' : 'rotated', event)
  return {
    active: true,
    retried,
    ...issuedResult(accessToken, access),
    refreshToken,
    subject,
    client,
    session,
    endsAt,
  }
}

// With the epochs and the login time of the login: a rotation during a revocation must not undo it.
function accessFieldsOf(
  context: Context,
  { principal, privateClaim }: Authenticated,
  successor: Successor,
): AccessTokenFields {
  const { policy } = context
  const { successorClaims, endsAt, scope } = successor
  const issuedAt = issueTime(successorClaims.clock, successorClaims.cutoffs)
  const { accessEpochs } = currentEpochs(successorClaims.cutoffs)
  const allowed = allowedLifetime(successorClaims.root, issuedAt)
  return {
    ...principal,
    scope,
    endsAt,
    audience: privateClaim?.audience ?? singleOrList(policy.audience),
    claims: successorClaims.claims,
    jti: randomId(),
    lifetime: Math.min(privateClaim?.lifetimeMs ?? policy.access, allowed),
    privateClaim: {
      issuedAt,
      loginAt: privateClaim?.loginAt ?? issuedAt,
      epochs: privateClaim?.epochs ?? {},
      accessEpochs,
      claimsFromFunction: false,
    },
  }
}

function refreshClaim(
  { privateClaim }: Authenticated,
  { rotation, successorClaims }: Successor,
  generation: number,
): PrivateClaim & { generation: number } {
  const { carried, mustBeSupplied } = successorClaims
  return {
    issuedAt: rotation.at,
    loginAt: privateClaim?.loginAt ?? rotation.at,
    generation,
    epochs: privateClaim?.epochs ?? {},
    accessEpochs: privateClaim?.accessEpochs ?? {},
    carriedClaims: carried as PrivateClaim['carriedClaims'],
    claimsFromFunction: privateClaim?.claimsFromFunction === true || mustBeSupplied,
    audience: privateClaim?.audience,
    lifetimeMs: privateClaim?.lifetimeMs,
  }
}
