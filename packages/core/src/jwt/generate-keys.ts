import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import type { SigningKeys } from '../types/options.ts'

/**
 * Generates a key pair, as a list of one private JWK, for development and tests. In production, create
 * the keys once (`tokenward keygen`) and load them from your secret store: tokens that were signed with
 * other keys are refused.
 * @param alg an asymmetric JWS algorithm (RFC 7518 §3.1, RFC 9864)
 * @example
 * const tokens = await createTokenward({ issuer, repository, keys: await generateKeys() })
 */
export async function generateKeys(alg = 'ES256'): Promise<SigningKeys> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(privateKey)
  return [{ ...jwk, kid: await calculateJwkThumbprint(jwk), alg, use: 'sig' }]
}
