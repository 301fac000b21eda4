/** Requests an access token from a token endpoint (RFC 6749 §3.2). */
export async function requestAccessToken(
  endpoint: string,
  parameters: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<string> {
  const form = new URLSearchParams(parameters)
  const response = await fetch(endpoint, { method: 'POST', headers, body: form })
  const body = (await response.json()) as { access_token?: string }
  if (body.access_token === undefined) {
    throw new Error(`${endpoint} answered ${response.status}: ${JSON.stringify(body)}`)
  }
  return body.access_token
}
