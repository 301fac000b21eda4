import type { TrustedIssuer, TrustOptions } from '../types/options.ts'
import { copyOf } from './copy.ts'
import { parse } from './parse.ts'
import { checkKeys, trustedSchema } from './trust.schema.ts'

/**
 * Describes an external issuer, such as an identity provider, whose access tokens you accept and can
 * revoke. Its keys are discovered (RFC 8414), unless you pass `jwks` or `legacyHs256Secret`.
 * @param issuerName exactly what the tokens carry as `iss`; an https URL if the keys are discovered
 * @throws `TOKENWARD_INVALID_INPUT`
 * @example
 * trust: [trust('https://login.example.com', { audience: 'https://api.example.com', maxLifetime: '1h' })]
 */
export function trust(issuerName: string, options: TrustOptions): TrustedIssuer {
  const trustedIssuer = { ...copyOf(options), issuer: issuerName }
  checkKeys(parse(trustedSchema, trustedIssuer))
  return Object.freeze(trustedIssuer)
}
