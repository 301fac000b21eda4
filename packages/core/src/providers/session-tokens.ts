// Providers whose tokens say that a user is signed in to one application. They name no API and no
// client. What is not in a provider's documentation is not in its preset.
import type { TrustedIssuer } from '../types/options.ts'
import { checkArgument, fromPreset, type ProviderOptions, urlBelow } from './preset.ts'

/**
 * An application of Clerk, by its session tokens. `audience` is the origins that may request tokens, which are
 * in `azp`: session tokens have no `aud`. Clerk leaves `azp` out where the browser sends no `Origin`; such a
 * token is refused. `maxLifetime` is the "Token lifetime".
 *
 * Tokens of version 1 have no `jti`. The documentation names no header `typ`, so any is accepted. With
 * organizations that users must join, also pass `requiredClaims: { sts: 'active' }`.
 * @see https://clerk.com/docs/guides/sessions/session-tokens
 * @see https://clerk.com/docs/guides/sessions/manual-jwt-verification
 * @param frontendApiUrl exactly as in the claim `iss`
 * @throws `TOKENWARD_INVALID_INPUT`
 * @example
 * clerk('https://clerk.example.com', { audience: 'https://example.com', maxLifetime: '1m' })
 */
export function clerk(frontendApiUrl: string, options: ProviderOptions): TrustedIssuer {
  const preset = {
    typ: null,
    audienceClaim: 'azp',
    algorithms: ['RS256'],
    jwks: urlBelow(frontendApiUrl, '/.well-known/jwks.json', 'frontendApiUrl'),
    requiredClaims: { sid: true },
  } as const
  return fromPreset(frontendApiUrl, preset, options)
}

/**
 * A project of Supabase, with asymmetric JWT signing keys. `maxLifetime` is the "Access token expiry" of the
 * project. For a project with the legacy secret pass `legacyHs256Secret`.
 *
 * Anonymous users who signed in have the same audience as others: look at the claim `is_anonymous`. Keys `anon`
 * and `service_role` are tokens of another issuer and are refused. `jti` is optional.
 * @see https://supabase.com/docs/guides/auth/jwt-fields
 * @see https://supabase.com/docs/guides/auth/jwts
 * @param projectUrl such as `https://abcdefghijklmnopqrst.supabase.co`
 * @throws `TOKENWARD_INVALID_INPUT`
 * @example
 * supabase('https://abcdefghijklmnopqrst.supabase.co', { maxLifetime: '1h' })
 */
export function supabase(projectUrl: string, options: ProviderOptions<'audience'>): TrustedIssuer {
  const issuer = urlBelow(projectUrl, '/auth/v1', 'projectUrl').href
  const preset = {
    typ: 'JWT',
    audience: 'authenticated',
    session: 'session_id',
    jwks: urlBelow(issuer, '/.well-known/jwks.json', 'projectUrl'),
    requiredClaims: { session_id: true },
  } as const
  return fromPreset(issuer, preset, options)
}

/**
 * A project of Firebase Authentication, by its ID tokens, which last an hour. They have no token id and name
 * no session: revoke the user.
 *
 * The documentation names no header `typ`, so any is accepted. It publishes the keys as certificates; their JWK
 * set is the one that the discovery document of the issuer names.
 * @see https://firebase.google.com/docs/auth/admin/verify-id-tokens#verify_id_tokens_using_a_third-party_jwt_library
 * @throws `TOKENWARD_INVALID_INPUT`
 * @example
 * firebase('example-shop')
 */
export function firebase(
  projectId: string,
  options?: ProviderOptions<'audience' | 'maxLifetime'>,
): TrustedIssuer {
  checkArgument(projectId, /^[a-z\d-]+$/, 'projectId', 'must be the id of a project.')
  const preset = {
    typ: null,
    audience: projectId,
    maxLifetime: '1h',
    algorithms: ['RS256'],
    requiredClaims: { sub: true, auth_time: true },
  } as const
  return fromPreset(`https://securetoken.google.com/${projectId}`, preset, options)
}

/**
 * An application with the JWT plugin of Better Auth. Issuer and audience are its base URL, the lifetime 15
 * minutes, and the keys at `/api/auth/jwks`: pass what you have configured differently.
 *
 * The header has no `typ`. The claims are the user's fields, without token id and session; with
 * `definePayload` you can add `sid` and `jti`.
 * @see https://better-auth.com/docs/plugins/jwt
 * @param baseUrl exactly as in the claim `iss`
 * @throws `TOKENWARD_INVALID_INPUT`
 * @example
 * betterAuth('https://example.com')
 */
export function betterAuth(
  baseUrl: string,
  options?: ProviderOptions<'audience' | 'maxLifetime'>,
): TrustedIssuer {
  const preset = {
    typ: null,
    audience: baseUrl,
    maxLifetime: '15m',
    jwks: urlBelow(baseUrl, '/api/auth/jwks', 'baseUrl'),
  } as const
  return fromPreset(baseUrl, preset, options)
}
