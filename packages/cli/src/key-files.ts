import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { SigningKeys } from '@tokenward/core'
import { UsageError } from './usage-error.ts'

type Jwk = SigningKeys[number]

/** The keys of a file: a JWK set (RFC 7517 §5), a list of JWKs, or one. */
export function keysIn(name: string, folder: string): SigningKeys {
  const content = parsed(name, folder)
  const keys: unknown = Array.isArray(content)
    ? content
    : (Reflect.get(content, 'keys') ?? [content])
  const isList = Array.isArray(keys) && keys.length > 0
  if (isList && keys.every((jwk) => typeof jwk === 'object' && jwk !== null && 'kty' in jwk)) {
    return keys as unknown as SigningKeys
  }
  throw new UsageError('The key file must hold a JWK set, as tokenward keygen makes it.')
}

// An error of JSON.parse quotes what it read.
function parsed(name: string, folder: string): object {
  let text: string
  try {
    text = readFileSync(resolve(folder, name), 'utf8')
  } catch {
    throw new UsageError('The key file cannot be read: check its name and its rights.')
  }
  try {
    const content: unknown = JSON.parse(text)
    if (typeof content === 'object' && content !== null) return content
  } catch {
    // Told below.
  }
  throw new UsageError('The key file is not JSON: make one with tokenward keygen.')
}

/** What of a key everybody may read (RFC 7518 §6, RFC 8037 §2): named, so that nothing else slips in. */
const PUBLIC: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'x', 'y'],
  RSA: ['n', 'e'],
  OKP: ['crv', 'x'],
}

export function publicPart(jwk: Jwk): Jwk {
  const names = PUBLIC[String(jwk.kty)]
  if (names === undefined) {
    throw new UsageError('The file holds a key that has no public part: only EC, RSA and OKP have.')
  }
  const kept = new Set(['kty', 'kid', 'alg', 'use', ...names])
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => kept.has(name))) as Jwk
}
