import type { Scheme } from '../request/credentials.ts'
import { quotedString } from './header-value.ts'

/** One challenge of the header `WWW-Authenticate` (RFC 6750 §3, RFC 9449 §7.1, RFC 9728 §5.1). */
export interface Challenge {
  readonly scheme: Scheme
  readonly realm: string
  /** Missing where the request had no credentials (RFC 6750 §3.1). */
  readonly error?: string | undefined
  readonly errorDescription?: string | undefined
  /** All scope values that the operation needs, separated by spaces. */
  readonly scope?: string | undefined
  /** The URL of the metadata of the protected resource. */
  readonly resourceMetadata?: string | undefined
}

/** The algorithms of DPoP proofs that a challenge names (RFC 9449 §7.1). */
const DPOP_ALGORITHMS = 'ES256 ES384 ES512 PS256 PS384 PS512 EdDSA'

/** The value of the header `WWW-Authenticate`. */
export function challengeHeader(challenge: Challenge): string {
  const { scheme, realm, error, errorDescription, scope, resourceMetadata } = challenge
  const parameters = {
    realm,
    error,
    error_description: errorDescription,
    scope,
    resource_metadata: resourceMetadata,
    algs: scheme === 'DPoP' ? DPOP_ALGORITHMS : undefined,
  }
  const present = Object.entries(parameters).flatMap(([name, value]) => {
    return value === undefined ? [] : [`${name}=${quotedString(value)}`]
  })
  return `${scheme} ${present.join(', ')}`
}
