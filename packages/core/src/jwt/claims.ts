import * as v from 'valibot'
import { invalidClaim } from '../decision/decide.ts'
import type { Refusal } from '../decision/types.ts'
import { strings } from '../input/primitives.ts'
import { isName } from '../scopes/ids.ts'
import { type PrincipalClaim, principalClaims } from '../scopes/scopes.ts'
import { unsafeMember } from './member-names.ts'

const name = v.exactOptional(v.custom<string>(isName))
export const date: v.GenericSchema<unknown, number> = v.custom<number>(
  (value) => typeof value === 'number' && value >= 0 && value <= 8.64e12,
)

const ofPrincipal = Object.fromEntries(principalClaims.map((claim) => [claim, name])) as Record<
  PrincipalClaim,
  typeof name
>

/** The registered claims and their types (RFC 7519 §4.1, RFC 9068 §2.2). */
const registered = v.looseObject({
  ...ofPrincipal,
  iss: v.custom<string>(isName),
  exp: date,
  iat: date,
  nbf: v.exactOptional(date),
  jti: name,
  scope: v.exactOptional(v.string()),
  aud: v.exactOptional(strings),
})

export type Registered = v.InferOutput<typeof registered>

/** Checks the types of the registered claims. */
export function readRegistered(payload: object): { readonly claims: Registered } | Refusal {
  const unsafe = unsafeMember(payload)
  if (unsafe !== null) return invalidClaim(unsafe, 'no member of that name')
  const parsed = v.safeParse(registered, payload)
  if (parsed.success) return { claims: parsed.output }
  const claim = String(parsed.issues[0].path?.[0]?.key ?? '')
  return invalidClaim(
    claim,
    EXPECTED[claim] ?? 'a well-formed string of 1 to 1,024 UTF-16 code units',
  )
}

const DATE = 'a NumericDate (RFC 7519 §2)'
const EXPECTED: Readonly<Record<string, string>> = {
  exp: DATE,
  iat: DATE,
  nbf: DATE,
  scope: 'a string',
  aud: 'a string, or a list of strings',
}

/** A claim by its name, without those that every object inherits. */
export function claimOf(claims: object, name: string): unknown {
  return Object.hasOwn(claims, name) ? Reflect.get(claims, name) : undefined
}

/** A NumericDate in whole ms, rounded down. Rounded to µs before, because binary fractions are inexact. */
export function toMs(seconds: number): number {
  return Math.floor(Math.round(seconds * 1e6) / 1e3)
}
