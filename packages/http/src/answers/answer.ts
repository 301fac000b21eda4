/** An answer before it takes the form of a framework. The names of headers are in lower case. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An answer with a JSON body that no cache stores (RFC 6750 §5.3, RFC 6749 §5.1). */
export function jsonAnswer(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  }
}

/** An answer without a body that no cache stores. */
export function emptyResponse(
  status: 200 | 202 | 204,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(null, { status, headers: { 'cache-control': 'no-store', ...headers } })
}

export function toResponse({ status, headers, body }: Answer): Response {
  return new Response(body, { status, headers })
}
