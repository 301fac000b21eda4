import type { Context } from '../context.ts'
import { InvalidInput, StoreUnavailable, UnsupportedOperation } from '../errors.ts'
import { checkClaims } from '../input/issue.schema.ts'
import { TYP } from '../jwt/authenticator.ts'
import { MAX_TOKEN } from '../jwt/compact.ts'
import { encodePrivateClaim, type PrivateClaim } from '../jwt/private-claim.ts'
import type { Signer } from '../jwt/signing-keys.ts'
import type { Policy } from '../policy/policy.ts'
import type { Lookup } from '../records/body.ts'
import type { Cutoff } from '../records/cutoff.ts'
import type { EpochSnapshot } from '../records/epochs.ts'
import { type CutoffScope, scopeLetter } from '../scopes/scopes.ts'
import type { OneOrMany } from '../types/call-options.ts'
import type { Issued } from '../types/results.ts'

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
  readonly privateClaim: PrivateClaim
}

export function signerOf({ signer }: Context): Signer {
  if (signer) return signer
  throw new UnsupportedOperation(
    'This instance has no private key, so it cannot sign: give a private JWK as keys[0].',
  )
}

/** RFC 9068 §2.2. `exp - iat` is at most the lifetime. */
export function draftAccess(signer: Signer, draft: AccessDraft): Draft {
  const iat = Math.floor(draft.privateClaim.issuedAt / 1000)
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
    tw: encodePrivateClaim(draft.privateClaim),
  }
  return checkSize(signer, TYP.access, payload)
}

export interface RefreshDraft {
  readonly issuer: string
  readonly subject: string
  readonly client: string
  readonly scope: string | undefined
  readonly session: string
  /** Epoch ms. */
  readonly expiresAt: number
  readonly privateClaim: PrivateClaim & { readonly generation: number }
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
    jti: `${draft.session}.${draft.privateClaim.generation}`,
    iat: Math.floor(draft.privateClaim.issuedAt / 1000),
    exp: Math.floor(draft.expiresAt / 1000),
    tw: encodePrivateClaim(draft.privateClaim),
  }
  return checkSize(signer, TYP.refresh, payload)
}

/** The login of a refresh token, by its id; `null`: the id is of another kind of token. */
export function sessionOf(jti: string): string | null {
  return /^([\w-]{22})\.\d+$/.exec(jti)?.[1] ?? null
}

/** One audience as a string: many libraries accept nothing else for it. */
export function singleOrList(audience: readonly string[]): string | readonly string[] {
  const [only] = audience
  return audience.length === 1 && only !== undefined ? only : audience
}

export function issuedResult(accessToken: string, { jti, expiresAt, expiresIn }: Draft): Issued {
  return { accessToken, jti, expiresIn, expiresAt }
}

function checkSize(
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
export function currentEpochs(cutoffs: ReadonlyMap<CutoffScope, Lookup<Cutoff>>): EpochSnapshot {
  const epochs: Record<string, string> = {}
  const accessEpochs: Record<string, string> = {}
  for (const [scope, found] of cutoffs) {
    if (found === 'corrupt')
      throw new StoreUnavailable(
        `The cutoff of the ${scope} cannot be read: revoke that scope to replace it.`,
      )
    if (found?.body.epoch !== undefined) epochs[scopeLetter(scope)] = found.body.epoch
    if (found?.body.accessEpoch !== undefined)
      accessEpochs[scopeLetter(scope)] = found.body.accessEpoch
  }
  return { epochs, accessEpochs }
}

/** Without the other fields of a private claim. */
export function epochsOf({ epochs, accessEpochs }: EpochSnapshot): EpochSnapshot {
  return { epochs, accessEpochs }
}

/** A login after a `before` that was seen is later than it, whatever this clock says. */
export function issueTime(
  clock: number,
  cutoffs: ReadonlyMap<CutoffScope, Lookup<Cutoff>>,
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
export async function resolveClaims(claims: object | (() => unknown) | undefined): Promise<object> {
  if (claims === undefined) return {}
  return checkClaims(typeof claims === 'function' ? await claims() : claims)
}
