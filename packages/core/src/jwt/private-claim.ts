import * as v from 'valibot'
import { integer, milliseconds, strings } from '../input/primitives.ts'
import { type EpochSnapshot, epochs } from '../records/epochs.ts'

/** The private claim `tw` of a managed token, decoded. Times are in ms since 1970. */
export interface PrivateClaim extends EpochSnapshot {
  readonly issuedAt: number
  /** When its session began. */
  readonly loginAt?: number | undefined
  /** Of refresh tokens: 1 at login, and one more after each rotation. */
  readonly generation?: number | undefined
  /** Of refresh tokens: the claims of later access tokens. */
  readonly carriedClaims?: Readonly<Record<string, unknown>> | undefined
  /** Of refresh tokens: the claims came from a function, so each rotation must be given claims. */
  readonly claimsFromFunction: boolean
  /** Of refresh tokens: the audience of later access tokens. */
  readonly audience?: string | readonly string[] | undefined
  /** Of refresh tokens: the lifetime of later access tokens. */
  readonly lifetimeMs?: number | undefined
}

/** As it is signed. The names are short, because the claim is in every token. */
const schema = v.object({
  t: milliseconds,
  l: v.optional(milliseconds),
  n: v.optional(integer(1)),
  e: epochs,
  a: epochs,
  c: v.optional(v.record(v.string(), v.unknown())),
  f: v.optional(v.picklist([1])),
  u: v.optional(strings),
  x: v.optional(milliseconds),
})

/** @returns `null`: not a private claim of this version */
export function decodePrivateClaim(value: unknown): PrivateClaim | null {
  const parsed = v.safeParse(schema, value)
  if (!parsed.success) return null
  const { t, l, n, e, a, c, f, u, x } = parsed.output
  return {
    issuedAt: t,
    loginAt: l,
    generation: n,
    epochs: e,
    accessEpochs: a,
    carriedClaims: c,
    claimsFromFunction: f === 1,
    audience: u,
    lifetimeMs: x,
  }
}

/** The private claim as it is signed. JSON leaves out members that are undefined. */
export function encodePrivateClaim(claim: PrivateClaim): object {
  return {
    t: claim.issuedAt,
    l: claim.loginAt,
    n: claim.generation,
    e: claim.epochs,
    a: claim.accessEpochs,
    c: claim.carriedClaims,
    f: claim.claimsFromFunction ? 1 : undefined,
    u: claim.audience,
    x: claim.lifetimeMs,
  }
}
