/** The first 18 bytes of a digest of a text's UTF-8 bytes, as 24 base64url characters. */
export type Digest = (text: string) => string | Promise<string>

interface NodeCrypto {
  hash?(algorithm: string, data: string, encoding: 'base64url'): string
  createHmac(
    algorithm: string,
    key: Uint8Array,
  ): { update(data: string): { digest(encoding: 'base64url'): string } }
}

interface Host {
  process?: { getBuiltinModule?(id: string): NodeCrypto | undefined }
}

/** In base64url characters, 6 bits each. To make two names collide takes about 2^72 tries. */
const DIGEST_LENGTH = 24

/** SHA-256, or HMAC-SHA-256 with a secret. Uses the faster functions of Node.js if they are available. */
export async function createDigest(secret?: Uint8Array): Promise<Digest> {
  const node = (globalThis as Host).process?.getBuiltinModule?.('node:crypto')
  const hash = node?.hash
  if (!node || !hash) {
    const digest = await (await import('./web-digest.ts')).createWebDigest(secret)
    return async (text) => (await digest(text)).slice(0, DIGEST_LENGTH)
  }
  const digest = (text: string) =>
    secret
      ? node.createHmac('sha256', secret).update(text).digest('base64url')
      : hash('sha256', text, 'base64url')
  return (text) => digest(text).slice(0, DIGEST_LENGTH)
}
