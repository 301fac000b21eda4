/** Some of the provider's metadata (OpenID Connect Discovery 1.0 §3). */
export interface Endpoints {
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly revocation_endpoint: string
}

export async function discover(issuer: string): Promise<Endpoints> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`)
  return (await response.json()) as Endpoints
}
