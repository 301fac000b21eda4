/** What is read from a request of Node's `http`, and from one of a framework on top of it. */
export interface NodeRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Names and values in turn. Node drops the second `Authorization` of a request everywhere else. */
  readonly rawHeaders?: readonly string[]
}

/**
 * The values of every `Authorization` header. The first is taken from `headers`, where a middleware may
 * have put it.
 */
export function authorizationOf({ headers, rawHeaders = [] }: NodeRequest): readonly string[] {
  const sent = rawHeaders.filter((_, index) => {
    return index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'authorization'
  })
  return sent.length > 1 ? sent : [headers['authorization'] ?? []].flat()
}

/** The header `Accept`. */
export function acceptOf({ headers }: NodeRequest): string | undefined {
  const { accept } = headers
  return typeof accept === 'object' ? accept.join(', ') : accept
}
