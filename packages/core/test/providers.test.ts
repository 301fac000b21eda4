import { describe, expect, test } from 'vitest'
import {
  createTokenward,
  generateKeys,
  prepare,
  type Target,
  type Tokenward,
  trust,
} from '../src/index.ts'
import { auth0, cognito, entra, firebase, keycloak, okta, supabase } from '../src/trust.ts'
import { mapRepository } from './map-repository.ts'
import { ISSUER, outcomeOf, publicPart, sign } from './provider.ts'
import { NOW, PROVIDERS, type SimulatedProvider } from './provider-tokens.ts'

type SigningKey = Awaited<ReturnType<typeof generateKeys>>[0]

/** An instance that trusts the provider, whose keys are where the provider publishes them. */
async function trusting(provider: SimulatedProvider, key: SigningKey): Promise<Tokenward> {
  const { trusted, discovered, jwksUri } = provider
  const { issuer } = trusted
  const metadata = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const published = new Map<string, object>([[jwksUri, { keys: [publicPart(key)] }]])
  if (discovered) published.set(metadata, { issuer, jwks_uri: jwksUri })
  const options = {
    issuer: ISSUER,
    keys: await generateKeys(),
    repository: mapRepository(),
    trust: [trusted],
    deadline: '20s',
    fetch: (async (url: string) => {
      const found = published.get(url)
      return found ? Response.json(found) : new Response('', { status: 404 })
    }) as typeof fetch,
  } as const
  await prepare({ ...options, clock: () => NOW - 3_600_000 })
  return createTokenward({ ...options, clock: () => NOW })
}

describe.each(Object.entries(PROVIDERS))('%s', (_, provider) => {
  const { claims, header, scopes, tokenId, scope } = provider
  const issuer = provider.trusted.issuer
  const signed = (key: SigningKey, change: { claims?: object; header?: object } = {}) =>
    sign(key, { ...claims, ...change.claims }, { ...header, ...change.header })

  test('a token as documented is accepted', async () => {
    const [key] = await generateKeys(provider.alg)
    await using tokens = await trusting(provider, key)
    const token = await signed(key)
    expect(await tokens.verify(token)).toMatchObject({ active: true, storeChecked: true, claims })
    if (scope === undefined) return
    expect(await tokens.verify(token, { scope })).toMatchObject({ active: true })
    expect(await tokens.verify(token, { scope: `${scope} admin` })).toEqual({
      active: false,
      reason: 'insufficient-scope',
      expected: 'admin',
    })
  })

  test.each(Object.entries(provider.wrong))(
    'a token with a wrong %s is refused',
    async (name, change) => {
      const [key] = await generateKeys(provider.alg)
      await using tokens = await trusting(provider, key)
      const refusal = { active: false, reason: 'invalid-claims', claim: name }
      expect(await tokens.verify(await signed(key, change))).toMatchObject(refusal)
      expect(await tokens.verify(await signed(key))).toMatchObject({ active: true })
    },
  )

  test.each(scopes.map((target) => [Object.keys(target).join(' and '), target] as const))(
    'its tokens are revoked by %s',
    async (_name, target) => {
      const [key] = await generateKeys(provider.alg)
      await using tokens = await trusting(provider, key)
      const token = await signed(key)
      const others = Object.fromEntries(Object.keys(target).map((name) => [name, 'other']))
      await tokens.revoke({ issuer, ...others } as Target)
      expect(await outcomeOf(tokens, token)).toBe('active')
      await tokens.revoke({ issuer, ...target } as Target)
      expect(await outcomeOf(tokens, token)).toBe('revoked')
    },
  )

  test('one token is revoked', async () => {
    const [key] = await generateKeys(provider.alg)
    await using tokens = await trusting(provider, key)
    const token = await signed(key)
    const other = await signed(key, { claims: { jti: 'other', uti: 'other', other: true } })
    await (tokenId === undefined ? tokens.revoke(token) : tokens.revoke({ issuer, jti: tokenId }))
    expect(await outcomeOf(tokens, token)).toBe('revoked')
    expect(await outcomeOf(tokens, other)).toBe('active')
  })
})

describe('options of a preset', () => {
  const secret = new Uint8Array(32).fill(7)

  test('replace what the preset has', () => {
    const made = keycloak('https://login.example.com/realms/shop', {
      audience: 'orders',
      maxLifetime: '5m',
      typ: 'at+jwt',
    })
    expect(made).toMatchObject({ typ: 'at+jwt', client: 'azp' })
  })

  test('add required claims', () => {
    const requiredClaims = { acr: '1' }
    const options = { audience: 'orders', maxLifetime: '5m', requiredClaims } as const
    const made = keycloak('https://login.example.com/realms/shop', options)
    expect(made.requiredClaims).toEqual({ typ: 'Bearer', acr: '1' })
  })

  test('may have a legacy secret in place of public keys', () => {
    const made = supabase('https://abc.supabase.co', {
      maxLifetime: '1h',
      legacyHs256Secret: secret,
    })
    expect(made.jwks).toBe(undefined)
    expect(made.legacyHs256Secret).toEqual(secret)
  })

  test.each([
    ['a domain with a scheme', 'domain', () => auth0('https://shop.auth0.com', never)],
    ['a tenant that is not a GUID', 'tenantId', () => entra('common', never)],
    ['a user pool without a region', 'userPoolId', () => cognito('pool', never)],
    ['the own server of an organization', 'issuer', () => okta('https://example.okta.com', never)],
    ['a project id with a slash', 'projectId', () => firebase('shop/../other')],
    ['a project that is not a URL', 'projectUrl', () => supabase('abc', never)],
    ['no options', 'audience', () => keycloak('https://login.example.com', undefined as never)],
    [
      'a wrong rule',
      'requiredClaims',
      () => firebase('shop', { requiredClaims: { a: 1 as never } }),
    ],
    [
      'a list of rules',
      'requiredClaims',
      () => trust('https://idp.example', { ...never, requiredClaims: ['a'] as never }),
    ],
  ])('are refused: %s', (_, path, call) => {
    expect(call).toThrow(expect.objectContaining({ code: 'TOKENWARD_INVALID_INPUT', path }))
  })
})

const never = { audience: 'a', maxLifetime: '1h' } as const
