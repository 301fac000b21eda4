import { base64url, type JWK } from 'jose'
import { randomId } from '../scopes/random.ts'

/**
 * Generates a key for the option `sealing`, for development and tests. In production, create it once
 * (`tokenward keygen --sealing`) and load it from your secret store: what was sealed with a lost key
 * cannot be opened any more.
 * @example
 * const tokens = await createTokenward({ issuer, repository, keys, sealing: generateSealingKey() })
 */
export function generateSealingKey(): JWK {
  const today = new Date().toISOString().slice(0, 10)
  const k = base64url.encode(crypto.getRandomValues(new Uint8Array(32)))
  return {
    kty: 'oct',
    k,
    kid: `seal-${today}-${randomId().slice(0, 8)}`,
    alg: 'A256KW',
    use: 'enc',
  }
}
