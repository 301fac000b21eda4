import { InvalidInput, StoreUnavailable, UnsupportedOperation } from '../errors/errors.ts'
import { checkClaims } from '../input/grant.schema.ts'
import type { OneOrMany } from '../input/grant.ts'
import { TYP } from '../jwt/authenticator.ts'
import type { OwnClaim } from '../jwt/claims.ts'
import { MAX_TOKEN } from '../jwt/compact.ts'
import type { Signer } from '../jwt/own-keys.ts'
import { type RevocationScope, scopeLetter } from '../naming/scopes.ts'
import type { Policy } from '../policy/policy.ts'
import type { Birth } from '../records/birth.ts'
import type { Found } from '../records/body.ts'
import type { Cutoff } from '../records/cutoff.ts'
import type { Context } from './context.ts'

const utf8 = new TextEncoder()

/** A token that is ready to be signed. */
export interface Draft {
  readonly typ: string
  readonly payload: Uint8Array
  readonly jti: string
  /** Epoch ms. */
  readonly expiresAt: number
  /** `exp - iat`, whole seconds. */
  readonly expiresIn: number
}

export interface AccessDraft {
  readonly issuer: string
  readonly subject: string
  readonly client: string
  readonly audience: OneOrMany
  readonly scope: string | undefined
  readonly claims: object
  readonly session: string | undefined
  readonly jti: string
  readonly lifetime: number
  /** No token outlives its session: epoch ms. */
  readonly endsAt: number | null
  readonly tw: OwnClaim
}

export function signerOf({ signer }: Context): Signer {
  if (signer) return signer
  throw new UnsupportedOperation(
    'This ward has no private key, so it cannot sign: give a private JWK as keys[0].',
  )
}

/** RFC 9068 §2.2. `exp - iat` is at most the lifetime. */
export function draftAccess(signer: Signer, draft: AccessDraft): Draft {
  const iat = Math.floor(draft.tw.t / 1000)
  const exp = Math.min(
    iat + draft.lifetime / 1000,
    Math.floor((draft.endsAt ?? Number.POSITIVE_INFINITY) / 1000),
  )
  const payload = {
    ...draft.claims,
    iss: draft.issuer,
    sub: draft.subject,
    aud: draft.audience,
    client_id: draft.client,
    scope: draft.scope,
    sid: draft.session,
    jti: draft.jti,
    iat,
    exp,
    tw: draft.tw,
  }
  return sized(signer, TYP.access, payload)
}

export interface RefreshDraft {
  readonly issuer: string
  readonly subject: string
  readonly client: string
  readonly scope: string | undefined
  readonly session: string
  /** Epoch ms. */
  readonly expiresAt: number
  readonly tw: OwnClaim & { readonly n: number }
}

/** Its id follows from the session and the generation: a retry derives the same token again. */
export function draftRefresh(signer: Signer, draft: RefreshDraft): Draft {
  const payload = {
    iss: draft.issuer,
    sub: draft.subject,
    aud: draft.issuer,
    client_id: draft.client,
    scope: draft.scope,
    sid: draft.session,
    jti: `${draft.session}.${draft.tw.n}`,
    iat: Math.floor(draft.tw.t / 1000),
    exp: Math.floor(draft.expiresAt / 1000),
    tw: draft.tw,
  }
  return sized(signer, TYP.refresh, payload)
}

/** The login of a refresh token, by its id; `null`: the id is of another kind of token. */
export function sessionOf(jti: string): string | null {
  return /^([\w-]{22})\.\d+$/.exec(jti)?.[1] ?? null
}

function sized(
  signer: Signer,
  typ: string,
  payload: { jti: string; iat: number; exp: number },
): Draft {
  const bytes = utf8.encode(JSON.stringify(payload))
  const length = Math.ceil((bytes.length * 4) / 3) + signer.overhead
  if (length > MAX_TOKEN) {
    throw new InvalidInput(
      'claims',
      `the token would have ${length} characters; at most ${MAX_TOKEN} are accepted.`,
    )
  }
  const { jti, iat, exp } = payload
  return {
    typ,
    payload: bytes,
    jti,
    expiresAt: Math.floor(exp * 1000),
    expiresIn: Math.floor(exp - iat),
  }
}

/** The epochs that stand now: what a token issued from this read on is born under. */
export function birthUnder(cutoffs: ReadonlyMap<RevocationScope, Found<Cutoff>>): Birth {
  const e: Record<string, string> = {}
  const a: Record<string, string> = {}
  for (const [scope, found] of cutoffs) {
    if (found === 'corrupt')
      throw new StoreUnavailable(
        `The cutoff of the ${scope} cannot be read: revoke that scope to replace it.`,
      )
    if (found?.body.epoch !== undefined) e[scopeLetter(scope)] = found.body.epoch
    if (found?.body.accessEpoch !== undefined) a[scopeLetter(scope)] = found.body.accessEpoch
  }
  return { e, a }
}

/** A login after a `before` that was seen is later than it, whatever this clock says. */
export function issueInstant(
  clock: number,
  cutoffs: ReadonlyMap<RevocationScope, Found<Cutoff>>,
): number {
  const seen = [...cutoffs.values()].map((found) =>
    found && found !== 'corrupt' ? (found.body.notBefore ?? 0) + 1 : 0,
  )
  return Math.max(Math.floor(clock), ...seen)
}

/**
 * When a refresh token that is issued at `at` ends, ms: a whole second, as in the token. No token
 * outlives its session, nor the longest lifetime that the root record allows at that instant.
 */
export function refreshEnd(policy: Policy, at: number, endsAt: number, allowed: number): number {
  const end = Math.min(at + Math.min(policy.refresh, allowed), endsAt)
  return Math.floor(end / 1000) * 1000
}

/** Claims as given, or as the function answers now: after the epochs were read. */
export async function freshClaims(claims: object | (() => unknown) | undefined): Promise<object> {
  if (claims === undefined) return {}
  return checkClaims(typeof claims === 'function' ? await claims() : claims)
}
