import type { Authenticated } from '../jwt/authenticated.ts'
import type { OwnClaim } from '../jwt/claims.ts'
import type { Level } from '../naming/levels.ts'
import { randomId } from '../naming/random.ts'
import type { Found } from '../records/body.ts'
import type { Cutoff } from '../records/cutoff.ts'
import type { FamilyRotation } from '../records/family.ts'
import type { Budget } from '../store/budget.ts'
import type { Rotation } from './answers.ts'
import type { Context } from './context.ts'
import { answer, storeAccess, unlisted } from './issue.ts'
import {
  type AccessDraft,
  birthUnder,
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
  readonly cutoffs: ReadonlyMap<Level, Found<Cutoff>>
}

export interface Succession {
  readonly rotation: FamilyRotation
  readonly endsAt: number
  readonly retried: boolean
  readonly obtained: Obtained
  readonly scope: string | undefined
}

/**
 * The successor's tokens. The refresh token follows from the presented one and the family's record
 * alone, so every retry gets the same; the access token beside it is new each time.
 */
export async function mintSuccessor(
  context: Context,
  token: Authenticated,
  succession: Succession,
  budget: Budget,
): Promise<Rotation> {
  const { events } = context
  const { rotation, endsAt, retried } = succession
  const signer = signerOf(context)
  const { sub: subject = '', client_id: client = '', sid: family = '', scope } = token.claims
  const access = accessOf(context, token, succession)
  const accessDraft = draftAccess(signer, access)
  const generation = rotation.generation + 1
  const { iss: issuer } = token.claims
  const tw = refreshClaim(token, succession, generation)
  const refreshDraft = draftRefresh(signer, {
    issuer,
    subject,
    client,
    scope,
    family,
    expiresAt: rotation.expiresAt,
    tw,
  })
  await storeAccess(context, access, accessDraft, token.scopes, budget)
  const [accessToken, refreshToken] = await Promise.all([
    signer.sign(accessDraft.typ, accessDraft.payload),
    signer.sign(refreshDraft.typ, refreshDraft.payload),
  ])
  events.emit(retried ? 'retried' : 'rotated', { subject, client, family, generation })
  return {
    active: true,
    retried,
    ...answer(accessToken, accessDraft),
    refreshToken,
    family,
    endsAt,
  }
}

// Birth epochs and login time are the login's: a rotation that overlaps a revoke must not launder it.
function accessOf(
  context: Context,
  { claims, tw }: Authenticated,
  succession: Succession,
): AccessDraft {
  const { policy } = context
  const { obtained, endsAt, scope } = succession
  const { sub: subject = '', client_id: client = '', sid: family } = claims
  const t = issueInstant(obtained.clock, obtained.cutoffs)
  const { a } = birthUnder(obtained.cutoffs)
  return {
    ...{ issuer: policy.issuer, subject, client, scope, family, endsAt },
    audience: tw?.u ?? unlisted(policy.audience),
    claims: obtained.claims,
    jti: randomId(),
    lifetime: tw?.x ?? policy.access,
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
