import * as v from 'valibot'
import { InvalidInput } from '../errors.ts'
import { asymmetric } from '../jwt/algorithms.ts'
import { isName } from '../scopes/ids.ts'
import type { TrustOptions } from '../types/options.ts'
import { duration } from './duration.ts'
import { isIssuerUrl, isSecureUrl } from './issuer.ts'
import { name, names } from './parse.ts'

const jwks = v.custom<NonNullable<TrustOptions['jwks']>>(
  (value) => isKeyUrl(value) || Array.isArray((value as { keys?: unknown } | null)?.keys),
  'must be a JWK set ({ keys }), or the https URL object of one.',
)

function isClaimRules(value: unknown): boolean {
  if (!(value instanceof Object) || Array.isArray(value)) return false
  return Object.values(value).every((rule) => rule === true || isName(rule))
}

/** Whether a value is a URL from which keys may be fetched. */
export function isKeyUrl(value: unknown): boolean {
  return value instanceof URL && isSecureUrl(value)
}

/** The options of {@link trust}, with the name of the issuer. */
export const trustedSchema = v.strictObject({
  issuer: name,
  audience: names,
  audienceClaim: v.exactOptional(name),
  maxLifetime: duration(1),
  jwks: v.exactOptional(jwks),
  algorithms: v.exactOptional(
    v.custom<readonly string[]>(
      (value) =>
        Array.isArray(value) && value.length > 0 && value.every((alg) => asymmetric.includes(alg)),
      `must be a list with some of: ${asymmetric.join(', ')}.`,
    ),
  ),
  typ: v.exactOptional(
    v.custom<string | null>(
      (value) => value === null || isName(value),
      'must be a string, or null.',
    ),
  ),
  jti: v.exactOptional(name),
  client: v.exactOptional(name),
  session: v.exactOptional(name),
  scope: v.exactOptional(name),
  requiredClaims: v.exactOptional(
    v.custom<Readonly<Record<string, string | true>>>(
      isClaimRules,
      'must be an object with a string or true for each claim.',
    ),
  ),
  legacyHs256Secret: v.exactOptional(
    v.custom<Uint8Array>(
      (value) => value instanceof Uint8Array && value.length >= 32,
      'must be a Uint8Array of 32 bytes or more (RFC 7518 §3.2).',
    ),
  ),
})

/** The options of an external issuer, checked. Durations are in ms. */
export type Trusted = v.InferOutput<typeof trustedSchema>

/**
 * Checks that an external issuer has one kind of keys, and that they can be found.
 * @throws `TOKENWARD_INVALID_INPUT`
 */
export function checkKeys(trusted: Trusted, path = ''): void {
  const { issuer, jwks, algorithms, legacyHs256Secret } = trusted
  if (legacyHs256Secret !== undefined) {
    if (jwks === undefined && algorithms === undefined) return
    throw new InvalidInput(`${path}legacyHs256Secret`, 'cannot be used with jwks or algorithms.')
  }
  if (jwks === undefined && !isIssuerUrl(issuer))
    throw new InvalidInput(`${path}issuer`, 'must be an https URL, or pass jwks.')
}
