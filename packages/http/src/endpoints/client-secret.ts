import type { Form } from '../request/form.ts'

/** What a client presented to authenticate itself. It proves nothing yet. */
export interface ClientSecret {
  readonly clientId: string
  /** Missing where the client presented its id alone, as public clients do. */
  readonly clientSecret?: string
}

/**
 * Reads the id and the secret of a client: `client_secret_basic`, `client_secret_post` or `none`
 * (RFC 6749 §2.3.1). Compare the secret in constant time, and accept an id alone only for public clients.
 * @returns `null`: there is no id, or more than one method was used (RFC 6749 §2.3)
 */
export function readClientSecret(request: Request, form: Form): ClientSecret | null {
  const authorization = request.headers.get('authorization')
  const clientId = form.get('client_id')
  const clientSecret = form.get('client_secret')
  if (authorization !== null) {
    const basic = readBasic(authorization)
    const isOnly = clientSecret === undefined && (clientId ?? basic?.clientId) === basic?.clientId
    return isOnly ? basic : null
  }
  if (clientId === undefined) return null
  return clientSecret === undefined ? { clientId } : { clientId, clientSecret }
}

/** Two headers, which are joined by a comma, do not match. */
const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i

function readBasic(authorization: string): ClientSecret | null {
  const encoded = BASIC.exec(authorization)?.[1]
  if (encoded === undefined) return null
  try {
    const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0))
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const colon = text.indexOf(':')
    const clientId = decodeForm(text.slice(0, colon))
    const isComplete = colon > 0 && clientId !== ''
    return isComplete ? { clientId, clientSecret: decodeForm(text.slice(colon + 1)) } : null
  } catch {
    return null
  }
}

/** Both parts are form-urlencoded before they are joined (RFC 6749 §2.3.1). */
function decodeForm(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}
