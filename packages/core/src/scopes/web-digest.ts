import { base64url } from 'jose'

const utf8 = new TextEncoder()

/** SHA-256, or HMAC-SHA-256 with a secret, by the Web Crypto API, in base64url. */
export async function createWebDigest(
  secret?: Uint8Array,
): Promise<(text: string) => Promise<string>> {
  const { subtle } = crypto
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key =
    secret && (await subtle.importKey('raw', Uint8Array.from(secret), hmac, false, ['sign']))
  return async (text) => {
    const bytes = utf8.encode(text)
    const digest = await (key ? subtle.sign('HMAC', key, bytes) : subtle.digest('SHA-256', bytes))
    return base64url.encode(new Uint8Array(digest))
  }
}
