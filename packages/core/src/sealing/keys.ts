import { base64url, type CryptoKey, type JWK } from 'jose'
import { InvalidInput } from '../errors.ts'
import type { KeyManagement, SealingKey, SealingKeys } from '../types/sealing.ts'
import { isKeyId } from './header.ts'

const KEY_BYTES = 32

/** A key that seals or opens, from your options. */
export type ImportedKey =
  | { readonly id: string; readonly key: CryptoKey }
  | { readonly id: string; readonly kms: KeyManagement }

/** @throws `TOKENWARD_INVALID_INPUT`: a key is unusable, and `path` names it */
export async function importSealingKeys(
  keys: SealingKeys,
): Promise<readonly [ImportedKey, ...ImportedKey[]]> {
  const isList = Array.isArray(keys)
  const list = (isList ? keys : [keys]) as readonly SealingKey[]
  const pathOf = (i: number) => (isList ? `sealing.${i}` : 'sealing')
  const [first, ...others] = await Promise.all(list.map((key, i) => importKey(key, pathOf(i))))
  if (first === undefined) throw new InvalidInput('sealing', 'must have at least one key.')
  const imported = [first, ...others] as const
  for (const [i, { id }] of imported.entries()) {
    if (imported.findIndex((other) => other.id === id) < i)
      throw new InvalidInput(pathOf(i), 'has the same id as a key before it.')
  }
  return imported
}

async function importKey(key: SealingKey, path: string): Promise<ImportedKey> {
  if (typeof key !== 'object' || key === null)
    throw new InvalidInput(path, 'must be a JWK, or { id, wrap, unwrap }.')
  if ('wrap' in key || 'unwrap' in key) return importKms(key as KeyManagement, path)
  const { kty, kid, k, alg = 'A256KW', use = 'enc' } = key as JWK
  if (kty !== 'oct')
    throw new InvalidInput(
      `${path}.kty`,
      "must be 'oct'. Do not use a signing key: create a key with generateSealingKey() or `tokenward keygen --sealing`.",
    )
  if (alg !== 'A256KW') throw new InvalidInput(`${path}.alg`, "must be 'A256KW', or leave it out.")
  if (use !== 'enc') throw new InvalidInput(`${path}.use`, "must be 'enc', or leave it out.")
  const id = checkId(kid, `${path}.kid`)
  // 43 base64url digits hold 258 bits: of the last digit only four values have no bits to spare.
  if (typeof k !== 'string' || !/^[\w-]{42}[AEIMQUYcgkosw048]$/.test(k))
    throw new InvalidInput(`${path}.k`, `must be ${KEY_BYTES} bytes in base64url.`)
  return { id, key: await importDataKey(base64url.decode(k)) }
}

function importKms(kms: KeyManagement, path: string): ImportedKey {
  for (const method of ['wrap', 'unwrap'] as const) {
    if (typeof kms[method] !== 'function')
      throw new InvalidInput(`${path}.${method}`, 'must be a function.')
  }
  return { id: checkId(kms.id, `${path}.id`), kms }
}

function checkId(id: unknown, path: string): string {
  if (isKeyId(id)) return id
  throw new InvalidInput(
    path,
    'must be 1 to 128 printable ASCII characters without blanks: it is stored in plain text.',
  )
}

/** @param bytes 32 of them */
export async function importDataKey(bytes: Uint8Array): Promise<CryptoKey> {
  const raw = Uint8Array.from(bytes)
  return crypto.subtle.importKey('raw', raw, 'AES-KW', false, ['wrapKey', 'unwrapKey'])
}
