// Providers whose access tokens are for APIs, as OAuth 2.0 has them. What is not in a provider's
// documentation is not in its preset.
import type { TrustedIssuer } from '../types/options.ts'
import { checkArgument, fromPreset, type ProviderOptions, urlBelow } from './preset.ts'

/**
 * A realm of Keycloak. `maxLifetime` is its "Access Token Lifespan", 5 minutes unless it was changed.
 *
 * The header `typ` is `JWT`, as in ID tokens; the claim `typ` is `Bearer` only in access tokens. For a client
 * with the setting "Use "at+jwt" as access token header type", pass `typ: 'at+jwt'`. A realm puts your API into
 * `aud` only if a client scope has an audience mapper.
 * @see Keycloak 26, Server Administration Guide: "Audience support", "Session and token timeouts", and the
 * token that "Evaluating Client Scopes" shows
 * @param realmUrl exactly as in the claim `iss`
 * @throws `TOKENWARD_INVALID_INPUT`
 * @example
 * keycloak('https://login.example.com/realms/shop', { audience: 'orders', maxLifetime: '5m' })
 */
export function keycloak(realmUrl: string, options: ProviderOptions): TrustedIssuer {
  const preset = { typ: 'JWT', client: 'azp', requiredClaims: { typ: 'Bearer' } } as const
  return fromPreset(realmUrl, preset, options)
}

/**
 * A tenant of Auth0. `maxLifetime` is the "Maximum Access Token Lifetime" of the API, 24 hours unless it was
 * changed. `audience` is the identifier of the API.
 *
 * The access token profile of an API is Auth0's own by default, which has no token id. It is also the default
 * of `profile`: its header `typ` is not documented, so any is accepted, and the audience keeps ID tokens out.
 * @see https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
 * @see https://auth0.com/docs/secure/tokens/access-tokens/update-access-token-lifetime
 * @param domain the domain of the tenant, or your own: `shop.eu.auth0.com`
 * @throws `TOKENWARD_INVALID_INPUT`
 * @example
 * auth0('shop.eu.auth0.com', { audience: 'https://api.example.com', maxLifetime: '24h' })
 */
export function auth0(
  domain: string,
  { profile = 'auth0', ...options }: ProviderOptions & { profile?: 'auth0' | 'rfc9068' },
): TrustedIssuer {
  checkArgument(domain, /^[\w.-]+$/, 'domain', 'must be a domain, without https://.')
  const preset = profile === 'rfc9068' ? {} : { typ: null, client: 'azp' }
  return fromPreset(`https://${domain}/`, preset, options)
}

/**
 * A tenant of Microsoft Entra ID, with access tokens of version 2.0. `audience` is the client id of your API.
 * `maxLifetime` is for you to choose: by default tokens last from 60 to 90 minutes, and longer for clients with
 * continuous access evaluation.
 *
 * `sub` is another one for each API; the session is the optional claim `sid`, if the tenant sends it. ID
 * tokens have no `azp`, so that an application that is client and API at once accepts none of them.
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 * @see https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
 * @param tenantId the id of the tenant, a GUID
 * @throws `TOKENWARD_INVALID_INPUT`
 * @example
 * entra('aaaabbbb-0000-cccc-1111-dddd2222eeee', {
 *   audience: '00001111-aaaa-2222-bbbb-3333cccc4444',
 *   maxLifetime: '90m',
 * })
 */
export function entra(tenantId: string, options: ProviderOptions): TrustedIssuer {
  const must = 'must be the id of your tenant, a GUID: tokens of many tenants have many issuers.'
  checkArgument(tenantId, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/, 'tenantId', must)
  const preset = {
    typ: 'JWT',
    client: 'azp',
    jti: 'uti',
    scope: 'scp',
    requiredClaims: { ver: '2.0', azp: true },
  } as const
  return fromPreset(`https://login.microsoftonline.com/${tenantId}/v2.0`, preset, options)
}

/**
 * A user pool of Amazon Cognito. `audience` is the id of the app client, or several: its access tokens have it
 * in `client_id`, and no `aud`. `maxLifetime` is 1 day, the longest that a pool can be set to.
 *
 * `origin_jti`, which all tokens of one refresh token share, is taken as the session. It and `jti` are sent
 * only by app clients with token revocation, which is the default for new ones.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/token-revocation.html
 * @param userPoolId such as `eu-west-1_Ab12Cd34E`
 * @throws `TOKENWARD_INVALID_INPUT`
 * @example
 * cognito('eu-west-1_Ab12Cd34E', { audience: '1example23456789' })
 */
export function cognito(
  userPoolId: string,
  options: ProviderOptions<'maxLifetime'>,
): TrustedIssuer {
  const must = 'must be the id of a user pool, such as eu-west-1_Ab12Cd34E.'
  checkArgument(userPoolId, /^[a-z\d-]+_[\da-zA-Z]+$/, 'userPoolId', must)
  const region = userPoolId.split('_')[0]
  const issuer = `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`
  const preset = {
    typ: null,
    audienceClaim: 'client_id',
    session: 'origin_jti',
    maxLifetime: '1d',
    algorithms: ['RS256'],
    jwks: urlBelow(issuer, '/.well-known/jwks.json', 'userPoolId'),
    requiredClaims: { token_use: 'access' },
  } as const
  return fromPreset(issuer, preset, options)
}

/**
 * A custom authorization server of Okta, such as the one named `default`. `maxLifetime` is 24 hours, the
 * longest that an access policy can be set to. Access tokens of the organization's own server are not for your
 * API: Okta asks to treat them as opaque.
 *
 * The documentation names no header `typ`, so any is accepted; ID tokens have no `cid`. No claim of an
 * access token names the session.
 * @see https://developer.okta.com/docs/guides/validate-access-tokens/
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/
 * @param issuer exactly as in the claim `iss`
 * @throws `TOKENWARD_INVALID_INPUT`
 * @example
 * okta('https://example.okta.com/oauth2/default', { audience: 'api://default' })
 */
export function okta(issuer: string, options: ProviderOptions<'maxLifetime'>): TrustedIssuer {
  const must = 'must be the URL of a custom authorization server: https://…/oauth2/default.'
  checkArgument(issuer, /^https?:\/\/[^/]+\/oauth2\/\w+$/, 'issuer', must)
  const preset = {
    typ: null,
    client: 'cid',
    scope: 'scp',
    maxLifetime: '24h',
    algorithms: ['RS256'],
    requiredClaims: { cid: true },
  } as const
  return fromPreset(issuer, preset, options)
}
