// One sealed text: a JWE (RFC 7516) with A256KW and A256GCM. Its five parts are joined by dots, as in the
// compact serialization, but it also authenticates data that is not stored (RFC 7516 §5.1, step 14).
import { base64url, type CryptoKey, FlattenedEncrypt, flattenedDecrypt } from 'jose'
import type { StoredRecord } from '../adapter/contract.ts'
import { FORMAT } from '../records/root.ts'
import { lengthPrefixed } from '../scopes/keys.ts'
import { type Header, WRAPPED } from './header.ts'

const utf8 = new TextEncoder()

/** The record that contains a sealed text. */
export type Place = Pick<StoredRecord, 'kind' | 'key'>

/** A fresh content key for each call, so no nonce is ever used twice with one key. */
export async function encrypt(
  plaintext: Uint8Array,
  key: CryptoKey,
  { kid, wrapped }: Header,
  authenticated: Uint8Array,
): Promise<string> {
  const jwe = await new FlattenedEncrypt(plaintext)
    .setProtectedHeader({
      alg: 'A256KW',
      enc: 'A256GCM',
      kid,
      ...(wrapped !== undefined && { [WRAPPED]: wrapped }),
    })
    .setAdditionalAuthenticatedData(authenticated)
    .encrypt(key)
  return [jwe.protected, jwe.encrypted_key, jwe.iv, jwe.ciphertext, jwe.tag].join('.')
}

/** @throws where it was cut or changed, or belongs to another record */
export async function decrypt(
  sealed: string,
  key: CryptoKey,
  authenticated: Uint8Array,
): Promise<Uint8Array> {
  const parts = sealed.split('.')
  if (parts.length !== 5) throw new Error('a sealed text has five parts')
  const [header = '', encrypted_key = '', iv = '', ciphertext = '', tag = ''] = parts
  const aad = base64url.encode(authenticated)
  const { plaintext } = await flattenedDecrypt(
    { protected: header, encrypted_key, iv, ciphertext, tag, aad },
    key,
    { keyManagementAlgorithms: ['A256KW'], contentEncryptionAlgorithms: ['A256GCM'] },
  )
  return plaintext
}

/**
 * What a sealed text is bound to, and what is needed to open it with another library: these parts, each
 * as its length in UTF-16 code units, a colon and the part. A text that is moved to another record does
 * not open. The etag and the state are not among them: a rotation changes them, and copies the text unopened,
 * unless another key than the current one sealed it.
 */
export function authenticatedData(namespace: string, { kind, key }: Place): Uint8Array {
  return utf8.encode(lengthPrefixed(['tokenward', String(FORMAT), namespace, kind, key]))
}
