import { type CryptoKey, compactVerify, errors } from 'jose'
import { KeysUnavailable } from '../errors/errors.ts'
import type { Compact } from './compact.ts'
import type { KeySet } from './key-set.ts'

/** `null`: the signature is good. @throws KeysUnavailable where nothing is known of the key */
export async function checkSignature(
  { token, alg }: Compact,
  keys: KeySet,
  algorithms: readonly string[],
): Promise<'untrusted' | 'signature' | 'malformed' | null> {
  if (!algorithms.includes(alg)) return 'untrusted'
  const fetches = keys.fetches()
  try {
    await compactVerify(token, keys.find, { algorithms: [alg] })
    return null
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) return tryEach(token, alg, error)
    if (error instanceof errors.JWKSNoMatchingKey) {
      // A remote set that was not fetched for it may just be older than the key.
      if (fetches === null || keys.fetches() !== fetches) return 'untrusted'
      throw unavailable('was fetched a moment ago and does not have the key yet', error)
    }
    if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature'
    if (error instanceof errors.JWSInvalid) return 'malformed'
    if (error instanceof errors.JOSENotSupported) return 'untrusted'
    throw error instanceof KeysUnavailable ? error : unavailable('cannot be had', error)
  }
}

// Keys without ids: the right one is the one that verifies.
async function tryEach(
  token: string,
  alg: string,
  keys: AsyncIterable<CryptoKey>,
): Promise<'signature' | null> {
  for await (const key of keys) {
    try {
      await compactVerify(token, key, { algorithms: [alg] })
      return null
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error
    }
  }
  return 'signature'
}

function unavailable(what: string, cause: unknown): KeysUnavailable {
  return new KeysUnavailable(`The issuer's key set ${what}; try again.`, cause)
}
