import { REPORT, REPORT_SECRET } from './clients.ts'
import { discover } from './discovery.ts'
import { requestAccessToken } from './token-endpoint.ts'

/** Logs the nightly job in: the client-credentials grant (RFC 6749 §4.4). */
export async function logInClient(issuer: string): Promise<string> {
  const { token_endpoint } = await discover(issuer)
  return requestAccessToken(
    token_endpoint,
    { grant_type: 'client_credentials', scope: 'read' },
    { authorization: clientSecretBasic() },
  )
}

/** RFC 6749 §2.3.1: both parts are form-encoded before they are joined. */
export function clientSecretBasic(): string {
  const pair = `${encodeURIComponent(REPORT)}:${encodeURIComponent(REPORT_SECRET)}`
  return `Basic ${Buffer.from(pair).toString('base64')}`
}
