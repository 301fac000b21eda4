import type { OneOrMany } from '@tokenward/core'
import { type Failure, invalidRequest } from '../answers/failure.ts'
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

const TWO_METHODS = invalidRequest('A client must authenticate itself by one method alone.')

/**
 * The form and the client of a request, 401 `invalid_client`, or 400 `invalid_request` where the client used
 * two methods to authenticate itself (RFC 6749 §5.2).
 */
export async function readClientRequest(
  request: Request,
  authenticate: Authenticate,
): Promise<ClientRequest | Rejection> {
  const form = await readForm(request)
  if ('status' in form) return { failure: form }
  if (methodsOf(request, form).length > 1) return { failure: TWO_METHODS }
  const client: unknown = await authenticate(request, form)
  if (client === null) return { failure: INVALID_CLIENT, challenge: CHALLENGE }
  // What a callback returns decides about access: an `undefined` from a mistake must not.
  if (isClient(client)) return { client, form }
  throw new TypeError('authenticate must return { clientId }, or null.')
}

/** What a client may authenticate itself by (RFC 6749 §2.3, RFC 7521 §4.2). */
function methodsOf(request: Request, form: Form): readonly unknown[] {
  const header = request.headers.get('authorization')
  return [header, form.get('client_secret'), form.get('client_assertion')].filter(Boolean)
}

function isClient(value: unknown): value is Client {
  if (typeof value !== 'object' || value === null || !('clientId' in value)) return false
  return typeof value.clientId === 'string' && value.clientId !== ''
}
