// Replaces A256KW and A256GCM in the simulation. The real ones are computed by threads, so the order in
// which they end would not depend on the seed alone. Nothing is secret here; what was changed, or belongs
// to another record, does not open.
import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'

const TAG_BYTES = 16

/** Takes the place of a secret `CryptoKey`. */
interface SecretKey {
  readonly type: 'secret'
  readonly extractable: true
  readonly algorithm: object
  readonly usages: readonly string[]
  readonly bytes: Uint8Array
}

interface GcmOptions {
  readonly iv: Uint8Array
  readonly additionalData: Uint8Array
}

export function secretKey(
  bytes: Uint8Array,
  algorithm: unknown,
  usages: readonly string[],
): object {
  const given = typeof algorithm === 'string' ? { name: algorithm } : (algorithm as object)
  return {
    [Symbol.toStringTag]: 'CryptoKey',
    type: 'secret',
    extractable: true,
    algorithm: { ...given, length: bytes.length * 8 },
    usages,
    bytes: Uint8Array.from(bytes),
  }
}

/** The methods of `crypto.subtle` that seal and open. */
export const sealingStub: Readonly<Record<string, (...asked: never[]) => Promise<unknown>>> = {
  async wrapKey(_: string, { bytes }: SecretKey, by: SecretKey) {
    return bytesOf(Buffer.concat([bytes, tagOf(by.bytes, bytes)]))
  },
  async unwrapKey(
    _: string,
    wrapped: Uint8Array,
    by: SecretKey,
    __: string,
    algorithm: object,
    ___: boolean,
    usages: readonly string[],
  ) {
    return secretKey(
      opened(wrapped, (bytes) => tagOf(by.bytes, bytes)),
      algorithm,
      usages,
    )
  },
  async exportKey(_: string, { bytes }: SecretKey) {
    return bytesOf(bytes)
  },
  async encrypt({ iv, additionalData }: GcmOptions, key: SecretKey, plaintext: Uint8Array) {
    const tag = tagOf(key.bytes, iv, additionalData, plaintext)
    return bytesOf(Buffer.concat([plaintext, tag]))
  },
  async decrypt({ iv, additionalData }: GcmOptions, key: SecretKey, sealed: Uint8Array) {
    return bytesOf(opened(sealed, (text) => tagOf(key.bytes, iv, additionalData, text)))
  },
}

function opened(sealed: Uint8Array, expected: (text: Uint8Array) => Uint8Array): Uint8Array {
  const text = sealed.subarray(0, -TAG_BYTES)
  if (Buffer.compare(expected(text), sealed.subarray(-TAG_BYTES)) === 0) return text
  throw new Error('simulated: it does not open')
}

function tagOf(...parts: readonly Uint8Array[]): Uint8Array {
  const sized = parts.flatMap((part) => [Buffer.from(`${part.length}:`), part])
  return hash('sha256', Buffer.concat(sized), 'buffer').subarray(0, TAG_BYTES)
}

function bytesOf(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}
