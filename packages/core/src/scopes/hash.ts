/** Lower-case hex digest of a text's UTF-8 bytes. */
export type Digest = (text: string) => string | Promise<string>

interface NodeCrypto {
  hash?(algorithm: string, data: string, encoding: 'hex'): string
  createHmac(
    algorithm: string,
    key: Uint8Array,
  ): { update(data: string): { digest(encoding: 'hex'): string } }
}

interface Host {
  process?: { getBuiltinModule?(id: string): NodeCrypto | undefined }
}

const utf8 = new TextEncoder()

/** SHA-256, or HMAC-SHA-256 with a secret. Uses the faster functions of Node.js if they are available. */
export async function createDigest(secret?: Uint8Array): Promise<Digest> {
  const node = (globalThis as Host).process?.getBuiltinModule?.('node:crypto')
  if (secret !== undefined) return node ? nodeHmac(node, secret) : await webHmac(secret)
  if (node?.hash)
    return (text) => (node.hash as NonNullable<NodeCrypto['hash']>)('sha256', text, 'hex')
  return async (text) => hex(await crypto.subtle.digest('SHA-256', utf8.encode(text)))
}

function nodeHmac(node: NodeCrypto, secret: Uint8Array): Digest {
  return (text) => node.createHmac('sha256', secret).update(text).digest('hex')
}

async function webHmac(secret: Uint8Array): Promise<Digest> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', Uint8Array.from(secret), algorithm, false, [
    'sign',
  ])
  return async (text) => hex(await crypto.subtle.sign('HMAC', key, utf8.encode(text)))
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
