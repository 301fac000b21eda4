import * as v from 'valibot'
import { integer, milliseconds, strings } from '../input/primitives.ts'
import { type EpochSnapshot, epochs } from '../records/epochs.ts'

/** What a managed token says in its private claim `tw`, decoded. Instants in ms since 1970. */
export interface PrivateClaim extends EpochSnapshot {
  readonly issuedAt: number
  /** Login of its session. */
  readonly loginAt?: number | undefined
  /** Refresh tokens: 1 for the first of a session, and one more with each rotation. */
  readonly generation?: number | undefined
  /** Claims of the access tokens that its successors get. */
  readonly carriedClaims?: Readonly<Record<string, unknown>> | undefined
  /** The claims came from a function, so each rotation needs one. */
  readonly claimsFromFunction: boolean
  /** Audience of the access tokens that its successors get. */
  readonly audience?: string | readonly string[] | undefined
  /** Lifetime of the access tokens that its successors get. */
  readonly lifetimeMs?: number | undefined
}

/** On the wire. The names are short because the claim is in every token. */
const schema = v.object({
  t: milliseconds,
  l: v.optional(milliseconds),
  n: v.optional(integer(1)),
  e: epochs,
  a: epochs,
  c: v.optional(v.record(v.string(), v.unknown())),
  f: v.optional(v.literal(1)),
  u: v.optional(strings),
  x: v.optional(milliseconds),
})

/** @returns `null` where the value is no private claim of this version */
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

/** As it is signed; members that are undefined are left out of the JSON. */
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
