import type { Inactive } from '@tokenward/core'
import { type Failure, failureResponse, SERVER_ERROR, UNAVAILABLE } from '../answers/failure.ts'
import { isUnavailable } from '../guard/guard-error.ts'
import { type Refusal, reportRefusal } from '../guard/refusal.ts'

/** Answers one kind of request. Every framework of the Web mounts it as it is. */
export type Endpoint = (request: Request) => Promise<Response>

/** What all endpoints have in common. */
export interface EndpointOptions {
  /**
   * Is called with each request that is refused, and why: for a log or a metric. The refusal contains
   * neither a token nor the request. What the function throws is ignored.
   */
  readonly onRefused?: (refusal: Refusal) => void
}

/** A request that is not fulfilled. */
export interface Rejection {
  readonly failure: Failure
  /** The result about a token, for the application alone. */
  readonly result?: Pick<Inactive, 'reason'>
  readonly cause?: unknown
  /** The value of `WWW-Authenticate`. */
  readonly challenge?: string
}

export type Handle = (request: Request) => Promise<Response | Rejection>

/** Makes the answer to a request that is refused. */
export type Render = (request: Request, rejection: Rejection) => Response

/**
 * The parts of an endpoint that are the same in all of them: the method, the answers to errors, the report.
 * @param methods the HTTP methods that it answers
 */
export function endpoint(
  methods: readonly string[],
  onRefused: EndpointOptions['onRefused'],
  handle: Handle,
  render: Render = renderOAuth,
): Endpoint {
  const wrongMethod: Failure = {
    status: 405,
    error: 'invalid_request',
    description: `The method must be ${methods.join(' or ')}.`,
    headers: { allow: methods.join(', ') },
  }
  return async (request) => {
    const isAllowed = methods.includes(request.method)
    const outcome = isAllowed ? await handle(request).catch(rejectionOf) : { failure: wrongMethod }
    if (outcome instanceof Response) return outcome
    const { failure, result, cause } = outcome
    const refused = result && ({ active: false, ...result } as const)
    reportRefusal(onRefused, failure, { ...(refused && { result: refused }), cause })
    return render(request, outcome)
  }
}

function renderOAuth(request: Request, { failure, challenge }: Rejection): Response {
  return failureResponse(request, failure, challenge)
}

/** A client learns only whether it may repeat the request. */
function rejectionOf(cause: unknown): Rejection {
  return { failure: isUnavailable(cause) ? UNAVAILABLE : SERVER_ERROR, cause }
}
