import type { OneOrMany } from '@tokenward/core'
import type { Failure } from '../answers/failure.ts'
import { quotedString } from '../answers/header-value.ts'
import { type Form, readForm } from '../request/form.ts'
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

/** A request of a client that has been authenticated. */
export interface ClientRequest {
  readonly client: Client
  readonly form: Form
}

const INVALID_CLIENT: Failure = {
  status: 401,
  error: 'invalid_client',
  description: 'The client could not be authenticated.',
}

/** The form and the client of a request, or 401 `invalid_client` (RFC 6749 §5.2). */
export async function readClientRequest(
  request: Request,
  authenticate: Authenticate,
): Promise<ClientRequest | Rejection> {
  const form = await readForm(request)
  if ('status' in form) return { failure: form }
  const client: unknown = await authenticate(request, form)
  if (client === null) return { failure: INVALID_CLIENT, challenge: CHALLENGE }
  // What a callback returns decides about access: an `undefined` from a mistake must not.
  if (isClient(client)) return { client, form }
  throw new TypeError('authenticate must return { clientId }, or null.')
}

function isClient(value: unknown): value is Client {
  if (typeof value !== 'object' || value === null || !('clientId' in value)) return false
  return typeof value.clientId === 'string' && value.clientId !== ''
}
