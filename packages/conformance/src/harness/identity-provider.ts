import { generateKeys, type TrustedIssuer, trust } from '@tokenward/core'
import { publicPart, type SigningKey, signToken } from './handmade-tokens.ts'

/** An identity provider: its tokens are external to every instance. */
export interface IdentityProvider {
  readonly issuer: string
  readonly trusted: TrustedIssuer
  readonly key: SigningKey
  /** @param claims at least `iat` and `exp`, in seconds */
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>
}

export async function createIdentityProvider(): Promise<IdentityProvider> {
  const issuer = 'https://idp.example'
  const audience = 'https://api.example'
  const [key] = await generateKeys()
  const jwks = { keys: [publicPart(key)] }
  return {
    issuer,
    key,
    trusted: trust(issuer, { audience, maxLifetime: '1d', jwks }),
    sign: (claims) =>
      signToken(key, {
        claims: { iss: issuer, aud: audience, sub: 'ada', client_id: 'web', ...claims },
      }),
  }
}
