import type { TrustedIssuer, TrustOptions } from '../types/options.ts'
import { copyOf } from './copy.ts'
import { checkKeys, trustedSchema } from './options.schema.ts'
import { parse } from './parse.ts'

/**
 * An external issuer (an identity provider) whose access tokens are accepted and can be taken back.
 * Keys by discovery (RFC 8414), unless the options give them.
 * @param issuerName exactly what the tokens carry as `iss`; a URL where the keys are to be discovered
 * @throws InvalidInput
 */
export function trust(issuerName: string, options: TrustOptions): TrustedIssuer {
  const trustedIssuer = { ...copyOf(options), issuer: issuerName }
  checkKeys(parse(trustedSchema, trustedIssuer))
  return Object.freeze(trustedIssuer)
}
