/** Asks a token endpoint for an access token (RFC 6749 §3.2). */
export async function requestAccessToken(
  endpoint: string,
  parameters: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<string> {
  const body = new URLSearchParams(parameters)
  const response = await fetch(endpoint, { method: 'POST', headers, body })
  const answer = (await response.json()) as { access_token?: string }
  if (answer.access_token === undefined) {
    throw new Error(`${endpoint} answered ${response.status}: ${JSON.stringify(answer)}`)
  }
  return answer.access_token
}
