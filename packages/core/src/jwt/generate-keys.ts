import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import type { SigningKeys } from '../types/options.ts'

/** A fresh pair as private JWKs, for development and tests; production keeps its keys. */
export async function generateKeys(alg = 'ES256'): Promise<SigningKeys> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(privateKey)
  return [{ ...jwk, kid: await calculateJwkThumbprint(jwk), alg, use: 'sig' }]
}
