/** What is read from a request of Node's `http`, and of a framework on top of it. */
export interface NodeRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Names and values in turn. Node drops the second `Authorization` of a request everywhere else. */
  readonly rawHeaders?: readonly string[]
  /** The request of Node inside the one of a framework. */
  readonly raw?: { readonly rawHeaders?: readonly string[] }
}

/** A request of the Web, or of Node. */
export type IncomingRequest = { readonly headers: Pick<Headers, 'get'> } | NodeRequest

/**
 * The values of every header `Authorization`. A single one is taken from `headers`, where a middleware may
 * have put it.
 */
export function authorizationOf(request: IncomingRequest): readonly string[] {
  if (isWeb(request)) return [request.headers.get('authorization') ?? []].flat()
  const raw = request.rawHeaders ?? request.raw?.rawHeaders ?? []
  const sent = raw.filter((_, index) => {
    return index % 2 === 1 && raw[index - 1]?.toLowerCase() === 'authorization'
  })
  return sent.length > 1 ? sent : [request.headers['authorization'] ?? []].flat()
}

/** The header `Accept`. */
export function acceptOf(request: IncomingRequest): string | null | undefined {
  if (isWeb(request)) return request.headers.get('accept')
  const { accept } = request.headers
  return Array.isArray(accept) ? accept.join(', ') : accept
}

/** A request of Node that has a header named `get` is still one of Node. */
function isWeb(request: IncomingRequest): request is { readonly headers: Pick<Headers, 'get'> } {
  return typeof request.headers.get === 'function'
}
