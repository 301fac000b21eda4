import { clientSecretBasic } from './client-credentials.ts'
import { discover } from './discovery.ts'

/** Asks the provider to revoke a token of the job (RFC 7009). Returns its error code. */
export async function revokeAtProvider(issuer: string, token: string): Promise<string> {
  const { revocation_endpoint } = await discover(issuer)
  const response = await fetch(revocation_endpoint, {
    method: 'POST',
    headers: { authorization: clientSecretBasic() },
    body: new URLSearchParams({ token }),
  })
  const body = await response.text()
  return response.ok ? 'revoked' : (JSON.parse(body) as { error: string }).error
}
