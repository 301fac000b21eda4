import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { SigningKeys } from '@tokenward/core'
import { UsageError } from './exit-code.ts'

type Jwk = SigningKeys[number]

/** The keys in a file: a JWK set (RFC 7517 §5), an array of JWKs, or one JWK. */
export function readKeys(name: string, cwd: string): SigningKeys {
  const content = readJson(name, cwd)
  const keys: unknown = Array.isArray(content)
    ? content
    : (Reflect.get(content, 'keys') ?? [content])
  const isList = Array.isArray(keys) && keys.length > 0
  if (isList && keys.every((jwk) => typeof jwk === 'object' && jwk !== null && 'kty' in jwk)) {
    return keys as unknown as SigningKeys
  }
  throw new UsageError('The key file must hold a JWK set, as tokenward keygen prints it.')
}

/** Drops the error of `JSON.parse`, because it quotes the file. */
function readJson(name: string, cwd: string): object {
  let text: string
  try {
    text = readFileSync(resolve(cwd, name), 'utf8')
  } catch {
    throw new UsageError('The key file cannot be read: check its name and permissions.')
  }
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    content = null
  }
  if (typeof content === 'object' && content !== null) return content
  throw new UsageError('The key file is not JSON: create one with tokenward keygen.')
}

/** The public parameters by key type (RFC 7518 §6, RFC 8037 §2). Any other may be private. */
const PUBLIC_PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'x', 'y'],
  RSA: ['n', 'e'],
  OKP: ['crv', 'x'],
}

export function publicKeyOf(jwk: Jwk): Jwk {
  const parameters = PUBLIC_PARAMETERS[String(jwk.kty)]
  if (parameters === undefined) {
    throw new UsageError(
      'A key in the file has no public part: only EC, RSA and OKP keys have one.',
    )
  }
  const kept = new Set(['kty', 'kid', 'alg', 'use', ...parameters])
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => kept.has(name))) as Jwk
}
