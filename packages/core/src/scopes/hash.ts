import { base64url } from 'jose'

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
const LENGTH = 24

const utf8 = new TextEncoder()

/** SHA-256, or HMAC-SHA-256 with a secret. Uses the faster functions of Node.js if they are available. */
export async function createDigest(secret?: Uint8Array): Promise<Digest> {
  const node = (globalThis as Host).process?.getBuiltinModule?.('node:crypto')
  if (secret !== undefined) return node ? nodeHmac(node, secret) : await webHmac(secret)
  if (node?.hash) return nodeHash(node.hash)
  return async (text) => shorten(await crypto.subtle.digest('SHA-256', utf8.encode(text)))
}

function nodeHash(hash: NonNullable<NodeCrypto['hash']>): Digest {
  return (text) => hash('sha256', text, 'base64url').slice(0, LENGTH)
}

function nodeHmac(node: NodeCrypto, secret: Uint8Array): Digest {
  return (text) =>
    node.createHmac('sha256', secret).update(text).digest('base64url').slice(0, LENGTH)
}

async function webHmac(secret: Uint8Array): Promise<Digest> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', Uint8Array.from(secret), algorithm, false, [
    'sign',
  ])
  return async (text) => shorten(await crypto.subtle.sign('HMAC', key, utf8.encode(text)))
}

function shorten(digest: ArrayBuffer): string {
  return base64url.encode(new Uint8Array(digest)).slice(0, LENGTH)
}
