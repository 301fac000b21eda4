import { parseObject } from '@tokenward/core/adapter'
import { invalidRequest } from '../answers/failure.ts'
import { parseFunction } from '../options/checks.ts'
import { type Authenticate, type Client, readClientRequest } from './client.ts'
import { type Endpoint, type EndpointOptions, endpoint, type Rejection } from './endpoint.ts'
import { parseOnRefused } from './options.ts'

interface TokenEndpointOptions extends EndpointOptions {
  readonly authenticate: Authenticate
}

/** A token that an authenticated client has sent. */
export interface SentToken {
  readonly token: string
  readonly client: Client
  readonly request: Request
}

const MISSING = invalidRequest('The parameter token is missing.')

/**
 * An endpoint to which a client sends a token in a form (RFC 7009 §2.1, RFC 7662 §2.1). Both have a
 * `token_type_hint`, which is not needed: the token tells its kind.
 * @throws `TOKENWARD_INVALID_INPUT`: an option is wrong
 */
export function tokenEndpoint(
  options: TokenEndpointOptions,
  handle: (sent: SentToken) => Promise<Response | Rejection>,
): Endpoint {
  const parsed = parseObject('options', options, ['authenticate', 'onRefused'])
  const authenticate = parseFunction<Authenticate>('authenticate', parsed.authenticate)
  return endpoint(['POST'], parseOnRefused(parsed.onRefused), async (request) => {
    const sent = await readClientRequest(request, authenticate)
    if ('failure' in sent) return sent
    const token = sent.form.get('token')
    return token === undefined
      ? { failure: MISSING }
      : handle({ token, client: sent.client, request })
  })
}
