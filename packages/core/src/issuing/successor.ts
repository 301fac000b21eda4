import type { Context } from '../context.ts'
import { allowedLifetime } from '../decision/decide.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import type { PrivateClaim } from '../jwt/private-claim.ts'
import type { Lookup } from '../records/body.ts'
import type { Cutoff } from '../records/cutoff.ts'
import type { Root } from '../records/root.ts'
import type { SessionRotation } from '../records/session.ts'
import { randomId } from '../scopes/random.ts'
import type { CutoffScope } from '../scopes/scopes.ts'
import type { Deadline } from '../store/deadline.ts'
import type { RotateResult } from '../types/results.ts'
import { storeAccess } from './store-token.ts'
import {
  type AccessDraft,
  currentEpochs,
  type Draft,
  draftAccess,
  draftRefresh,
  issuedResult,
  issueTime,
  signerOf,
  singleOrList,
} from './token-drafts.ts'

/** What the access token of a successor says, and the revocation state that it was obtained under. */
export interface SuccessorClaims {
  readonly claims: object
  /** What rides on in the refresh token. */
  readonly carried: object | undefined
  /** What rode until now does not any more: from here on claims must be given. */
  readonly mustBeSupplied: boolean
  readonly clock: number
  readonly cutoffs: ReadonlyMap<CutoffScope, Lookup<Cutoff>>
  readonly root: Root | null
}

export interface Successor {
  readonly rotation: SessionRotation
  readonly endsAt: number
  readonly retried: boolean
  readonly successorClaims: SuccessorClaims
  readonly scope: string | undefined
}

/** What is signed once the rotation is stored; drafted before, since what does not fit must not use the token up. */
export interface SuccessorDrafts {
  readonly fields: AccessDraft
  readonly access: Draft
  readonly refresh: Draft
}

/**
 * The successor's tokens, unsigned.
 * @throws InvalidInput where the claims make one of them too large
 */
export function draftSuccessor(
  context: Context,
  token: Authenticated,
  successor: Successor,
): SuccessorDrafts {
  const signer = signerOf(context)
  const {
    iss: issuer,
    sub: subject = '',
    client_id: client = '',
    sid: session = '',
    scope,
  } = token.claims
  const { rotation } = successor
  const fields = accessOf(context, token, successor)
  const refresh = draftRefresh(signer, {
    ...{ issuer, subject, client, scope, session, expiresAt: rotation.expiresAt },
    privateClaim: refreshClaim(token, successor, rotation.generation + 1),
  })
  return { fields, access: draftAccess(signer, fields), refresh }
}

/**
 * The successor's tokens. The refresh token follows from the presented one and the session's record
 * alone, so every retry gets the same; the access token beside it is new each time.
 */
export async function mintSuccessor(
  context: Context,
  token: Authenticated,
  successor: Successor,
  deadline: Deadline,
): Promise<RotateResult> {
  const { rotation, endsAt, retried } = successor
  const signer = signerOf(context)
  const { sub: subject = '', client_id: client = '', sid: session = '' } = token.claims
  const { fields, access, refresh } = draftSuccessor(context, token, successor)
  await storeAccess(context, fields, access, token.cutoffKeys, deadline)
  const [accessToken, refreshToken] = await Promise.all([
    signer.sign(access.typ, access.payload),
    signer.sign(refresh.typ, refresh.payload),
  ])
  const generation = rotation.generation + 1
  const eventFields = { subject, client, session }
  context.events.emit(retried ? 'retried' : 'rotated', { ...eventFields, generation })
  return {
    active: true,
    retried,
    ...issuedResult(accessToken, access),
    refreshToken,
    ...eventFields,
    endsAt,
  }
}

// Epochs and login time are those of the login: a rotation during a revoke must not undo it.
function accessOf(
  context: Context,
  { claims, privateClaim }: Authenticated,
  successor: Successor,
): AccessDraft {
  const { policy } = context
  const { successorClaims, endsAt, scope } = successor
  const { sub: subject = '', client_id: client = '', sid: session } = claims
  const issuedAt = issueTime(successorClaims.clock, successorClaims.cutoffs)
  const { accessEpochs } = currentEpochs(successorClaims.cutoffs)
  const allowed = allowedLifetime(successorClaims.root, issuedAt)
  return {
    ...{ issuer: policy.issuer, subject, client, scope, session, endsAt },
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
    carriedClaims: carried as Record<string, unknown> | undefined,
    claimsFromFunction: privateClaim?.claimsFromFunction === true || mustBeSupplied,
    audience: privateClaim?.audience,
    lifetimeMs: privateClaim?.lifetimeMs,
  }
}
