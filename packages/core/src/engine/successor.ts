import { allowedLifetime } from '../decide/decide.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import type { OwnClaim } from '../jwt/claims.ts'
import { randomId } from '../naming/random.ts'
import type { RevocationScope } from '../naming/scopes.ts'
import type { Found } from '../records/body.ts'
import type { Cutoff } from '../records/cutoff.ts'
import type { Root } from '../records/root.ts'
import type { SessionRotation } from '../records/session.ts'
import type { Budget } from '../store/budget.ts'
import type { RotateResult } from './answers.ts'
import type { Context } from './context.ts'
import { answer, storeAccess, unlisted } from './issue.ts'
import {
  type AccessDraft,
  birthUnder,
  type Draft,
  draftAccess,
  draftRefresh,
  issueInstant,
  signerOf,
} from './minting.ts'

/** What the access token of a successor says, and the revocation state that it was obtained under. */
export interface Obtained {
  readonly claims: object
  /** What rides on in the refresh token. */
  readonly riding: object | undefined
  /** What rode until now does not any more: from here on claims must be given. */
  readonly lapsed: boolean
  readonly clock: number
  readonly cutoffs: ReadonlyMap<RevocationScope, Found<Cutoff>>
  readonly root: Root | null
}

export interface Succession {
  readonly rotation: SessionRotation
  readonly endsAt: number
  readonly retried: boolean
  readonly obtained: Obtained
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
  succession: Succession,
): SuccessorDrafts {
  const signer = signerOf(context)
  const {
    iss: issuer,
    sub: subject = '',
    client_id: client = '',
    sid: session = '',
    scope,
  } = token.claims
  const { rotation } = succession
  const fields = accessOf(context, token, succession)
  const refresh = draftRefresh(signer, {
    ...{ issuer, subject, client, scope, session, expiresAt: rotation.expiresAt },
    tw: refreshClaim(token, succession, rotation.generation + 1),
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
  succession: Succession,
  budget: Budget,
): Promise<RotateResult> {
  const { rotation, endsAt, retried } = succession
  const signer = signerOf(context)
  const { sub: subject = '', client_id: client = '', sid: session = '' } = token.claims
  const { fields, access, refresh } = draftSuccessor(context, token, succession)
  await storeAccess(context, fields, access, token.cutoffKeys, budget)
  const [accessToken, refreshToken] = await Promise.all([
    signer.sign(access.typ, access.payload),
    signer.sign(refresh.typ, refresh.payload),
  ])
  const generation = rotation.generation + 1
  const about = { subject, client, session }
  context.events.emit(retried ? 'retried' : 'rotated', { ...about, generation })
  return { active: true, retried, ...answer(accessToken, access), refreshToken, ...about, endsAt }
}

// Birth epochs and login time are the login's: a rotation that overlaps a revoke must not launder it.
function accessOf(
  context: Context,
  { claims, tw }: Authenticated,
  succession: Succession,
): AccessDraft {
  const { policy } = context
  const { obtained, endsAt, scope } = succession
  const { sub: subject = '', client_id: client = '', sid: session } = claims
  const t = issueInstant(obtained.clock, obtained.cutoffs)
  const { a } = birthUnder(obtained.cutoffs)
  return {
    ...{ issuer: policy.issuer, subject, client, scope, session, endsAt },
    audience: tw?.u ?? unlisted(policy.audience),
    claims: obtained.claims,
    jti: randomId(),
    lifetime: Math.min(tw?.x ?? policy.access, allowedLifetime(obtained.root, t)),
    tw: { t, l: tw?.l ?? t, e: tw?.e ?? {}, a },
  }
}

function refreshClaim(
  { tw }: Authenticated,
  { rotation, obtained }: Succession,
  n: number,
): OwnClaim & { n: number } {
  return {
    ...{ t: rotation.at, l: tw?.l ?? rotation.at, n, e: tw?.e ?? {}, a: tw?.a ?? {} },
    ...(obtained.riding && { c: obtained.riding as Record<string, unknown> }),
    ...((tw?.f === 1 || obtained.lapsed) && { f: 1 as const }),
    ...(tw?.u !== undefined && { u: tw.u }),
    ...(tw?.x !== undefined && { x: tw.x }),
  }
}
