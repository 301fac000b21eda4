import { type Endpoint, type EndpointOptions, endpoint } from './endpoint.ts'

/** A JSON document that everyone may read. */
export interface Published {
  readonly contentType: string
  /** For how long clients may use it without asking again, in seconds. */
  readonly maxAge: number
  /** Is called for each request. */
  readonly document: () => object
}

/** Publishes a document, with an entity tag (RFC 9110 §8.8.3), to pages of every origin. */
export function published(
  { contentType, maxAge, document }: Published,
  onRefused?: EndpointOptions['onRefused'],
): Endpoint {
  // A client that asks a thousand times a second costs no hash each time.
  let last = { body: '', etag: '' }
  const current = async (): Promise<typeof last> => {
    const body = JSON.stringify(document())
    if (body !== last.body) last = { body, etag: await etagOf(body) }
    return last
  }
  return endpoint(['GET', 'HEAD'], onRefused, async (request) => {
    const { body, etag } = await current()
    const headers = {
      'cache-control': `public, max-age=${maxAge}`,
      'access-control-allow-origin': '*',
      etag,
    }
    if (isKnown(request.headers.get('if-none-match'), etag))
      return new Response(null, { status: 304, headers })
    const shown = request.method === 'HEAD' ? null : body
    return new Response(shown, { headers: { ...headers, 'content-type': contentType } })
  })
}

async function etagOf(body: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body))
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0'))
  return `"${hex.slice(0, 16).join('')}"`
}

/** The weak comparison (RFC 9110 §13.1.2). */
function isKnown(ifNoneMatch: string | null, etag: string): boolean {
  const tags = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? []
  return tags.includes(etag) || tags.includes('*')
}
