import type { OneOrMany } from '@tokenward/core'
import { quotedString } from '../answers/header-value.ts'
import type { Form } from '../request/form.ts'
import type { Rejection } from './endpoint.ts'

/** A client or a protected resource that has been authenticated. */
export interface Client {
  readonly clientId: string
  /** Of a protected resource: the audiences of the access tokens that it may inspect. */
  readonly audience?: OneOrMany
}

/**
 * Authenticates the client of a request (RFC 6749 §3.2.1). Clients without a secret are identified by their
 * `client_id` alone. `null` refuses the request with 401 `invalid_client`. An error is a 500, one of Tokenward
 * that is `retryable` a 503.
 * @example
 * authenticate: (request, form) => {
 *   const { clientId, clientSecret } = readClientSecret(request, form) ?? {}
 *   return clientSecret !== undefined && isSecretOf(clientId, clientSecret) ? { clientId } : null
 * }
 */
export type Authenticate = (request: Request, form: Form) => Client | null | Promise<Client | null>

const CHALLENGE = `Basic realm=${quotedString('oauth')}`

/** The client of a request, or 401 `invalid_client` (RFC 6749 §5.2). */
export async function authenticateClient(
  authenticate: Authenticate,
  request: Request,
  form: Form,
): Promise<Client | Rejection> {
  const client: unknown = await authenticate(request, form)
  if (client === null) {
    const failure = {
      status: 401,
      error: 'invalid_client',
      description: 'The client could not be authenticated.',
    } as const
    return { failure, challenge: CHALLENGE }
  }
  // What a callback returns decides about access: an `undefined` from a mistake must not.
  if (isClient(client)) return client
  throw new TypeError('authenticate must return { clientId }, or null.')
}

function isClient(value: unknown): value is Client {
  if (typeof value !== 'object' || value === null || !('clientId' in value)) return false
  return typeof value.clientId === 'string' && value.clientId !== ''
}
