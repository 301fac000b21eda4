import type { Context } from '../context.ts'
import { InvalidInput, StoreUnavailable, UnsupportedOperation } from '../errors.ts'
import { checkClaims } from '../input/issue.schema.ts'
import { TYP } from '../jwt/authenticator.ts'
import { MAX_TOKEN_LENGTH } from '../jwt/compact.ts'
import { encodePrivateClaim, type PrivateClaim } from '../jwt/private-claim.ts'
import type { Signer, Unsigned } from '../jwt/signer.ts'
import type { Policy } from '../policy/policy.ts'
import { bodyOf, type Lookup } from '../records/body.ts'
import type { Cutoff } from '../records/cutoff.ts'
import type { EpochSnapshot } from '../records/epochs.ts'
import { type CutoffScope, claimsOf, type Principal, scopeLetter } from '../scopes/scopes.ts'
import type { Deadline } from '../store/deadline.ts'
import type { OneOrMany } from '../types/call-options.ts'
import type { Issued } from '../types/results.ts'

const utf8 = new TextEncoder()

/** A token that is ready to be signed. */
export interface Draft extends Unsigned {
  readonly jti: string
  /** In ms since 1970. */
  readonly expiresAt: number
  /** `exp - iat`, in whole seconds. */
  readonly expiresIn: number
}

/** What an access token is made from. */
export interface AccessTokenFields extends Principal {
  readonly audience: OneOrMany
  readonly scope: string | undefined
  readonly claims: object
  readonly jti: string
  /** In ms. */
  readonly lifetime: number
  /** When its session ends, in ms since 1970: no token is valid longer. */
  readonly endsAt: number | null
  readonly privateClaim: PrivateClaim
}

/**
 * The key that signs now.
 * @throws `TOKENWARD_KEYS_UNAVAILABLE`: the keys are too old, and cannot be loaded
 */
export async function signerOf(
  { ownKeys, issuers, policy }: Context,
  deadline: Deadline,
): Promise<Signer> {
  const issuer = issuers.get(policy.issuer)
  if (ownKeys !== null && issuer?.keyVersion === null) await issuer.load(deadline)
  const signer = ownKeys?.signer
  if (signer) return signer
  throw new UnsupportedOperation(
    'This instance has no private key, so it cannot sign: pass a private key as keys[0].',
  )
}

/** An access token (RFC 9068 §2.2). `exp - iat` is at most the lifetime. */
export function draftAccess(signer: Signer, fields: AccessTokenFields): Draft {
  const iat = Math.floor(fields.privateClaim.issuedAt / 1000)
  const exp = Math.min(
    iat + fields.lifetime / 1000,
    Math.floor((fields.endsAt ?? Number.POSITIVE_INFINITY) / 1000),
  )
  const payload = {
    ...fields.claims,
    ...claimsOf(fields),
    aud: fields.audience,
    scope: fields.scope,
    jti: fields.jti,
    iat,
    exp,
    tw: encodePrivateClaim(fields.privateClaim),
  }
  return checkSize(signer, TYP.access, payload)
}

/** What a refresh token is made from. */
export interface RefreshTokenFields extends Principal {
  readonly scope: string | undefined
  readonly session: string
  /** In ms since 1970. */
  readonly expiresAt: number
  readonly privateClaim: PrivateClaim & { readonly generation: number }
}

/** A refresh token. Its id is derived from session and generation, so a retry makes the same token. */
export function draftRefresh(signer: Signer, fields: RefreshTokenFields): Draft {
  const payload = {
    ...claimsOf(fields),
    aud: fields.issuer,
    scope: fields.scope,
    jti: `${fields.session}.${fields.privateClaim.generation}`,
    iat: Math.floor(fields.privateClaim.issuedAt / 1000),
    exp: Math.floor(fields.expiresAt / 1000),
    tw: encodePrivateClaim(fields.privateClaim),
  }
  return checkSize(signer, TYP.refresh, payload)
}

/** The session of a refresh token, by the token's id; `null`: not the id of a refresh token. */
export function sessionOf(jti: string): string | null {
  return /^([\w-]{22})\.\d+$/.exec(jti)?.[1] ?? null
}

/** A single audience as a string: many libraries do not accept a list with one element. */
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
  if (length > MAX_TOKEN_LENGTH) {
    throw new InvalidInput(
      'claims',
      `the token would have ${length} characters, more than the maximum of ${MAX_TOKEN_LENGTH}: sign fewer claims.`,
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

/** The current epochs, for a token that is issued after this read. */
export function currentEpochs(cutoffs: ReadonlyMap<CutoffScope, Lookup<Cutoff>>): EpochSnapshot {
  const epochs: Record<string, string> = {}
  const accessEpochs: Record<string, string> = {}
  for (const [scope, found] of cutoffs) {
    if (found === 'corrupt')
      throw new StoreUnavailable(
        `The cutoff of the ${scope} is corrupt: revoke that scope to replace it.`,
      )
    const { epoch, accessEpoch } = found?.body ?? {}
    if (epoch !== undefined) epochs[scopeLetter(scope)] = epoch
    if (accessEpoch !== undefined) accessEpochs[scopeLetter(scope)] = accessEpoch
  }
  return { epochs, accessEpochs }
}

/** The time of a login, in ms since 1970: later than every `notBefore` that was read, even if the clock is behind. */
export function issueTime(
  clock: number,
  cutoffs: ReadonlyMap<CutoffScope, Lookup<Cutoff>>,
): number {
  const earliest = [...cutoffs.values()].map((found) => (bodyOf(found)?.notBefore ?? -1) + 1)
  return Math.max(Math.floor(clock), ...earliest)
}

/**
 * When a refresh token that is issued at `at` expires, in ms since 1970: a whole second, as in the token.
 * Not after the session ends, and not after the longest lifetime that the root record allows.
 */
export function refreshEnd(policy: Policy, at: number, endsAt: number, allowed: number): number {
  const end = Math.min(at + Math.min(policy.refresh, allowed), endsAt)
  return Math.floor(end / 1000) * 1000
}

/** The claims that the caller gave, or the result of its function, called after the epochs were read. */
export async function resolveClaims(claims: object | (() => unknown) | undefined): Promise<object> {
  if (claims === undefined) return {}
  return checkClaims(typeof claims === 'function' ? await claims() : claims)
}
