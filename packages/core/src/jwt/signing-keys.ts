import { CompactSign, type CryptoKey, compactVerify, exportJWK, importJWK, type JWK } from 'jose'
import { InvalidInput } from '../errors.ts'
import type { PendingCalls } from '../store/pending-calls.ts'
import type { SigningKeyPair, SigningService } from '../types/signing.ts'
import { ALGORITHMS } from './algorithms.ts'
import type { VerificationKey } from './key-set.ts'
import type { OwnKey, OwnPublicKey, Signer, Unsigned } from './signer.ts'
import { importVerificationKey, publicMembers } from './verification-key.ts'

/** A longer list is refused: each key may cost a signature check. */
const MAX_KEYS = 100

/**
 * @param pending the calls of services that sign
 * @throws `TOKENWARD_INVALID_INPUT`: a key is unusable, and `path` names it
 */
export async function importSigningKeys(
  keys: unknown,
  pending: PendingCalls,
): Promise<readonly OwnKey[]> {
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > MAX_KEYS)
    throw new InvalidInput('keys', `must be a list of 1 to ${MAX_KEYS} keys.`)
  const imported = await Promise.all(keys.map((key, i) => importOne(key, `keys.${i}`, pending)))
  const kids = new Set(imported.map(({ public: { kid } }) => kid))
  if (kids.size < imported.length) throw new InvalidInput('keys', 'each key needs its own kid.')
  return imported
}

async function importOne(key: unknown, path: string, pending: PendingCalls): Promise<OwnKey> {
  if (typeof key !== 'object' || key === null)
    throw new InvalidInput(path, 'must be a JWK object, or a key pair or service with a publicKey.')
  if (!('sign' in key || 'privateKey' in key)) return importJwk(key as JWK, path)
  const pair = key as SigningKeyPair | SigningService
  const jwk = { ...(await publicJwkOf(pair, path)), kid: pair.kid, alg: pair.alg }
  const verifier = await importPublic(jwk, path)
  const own = { public: publicMembers(jwk), verifier }
  if ('privateKey' in pair) {
    if (Object(pair.privateKey).type !== 'private')
      throw new InvalidInput(`${path}.privateKey`, 'must be a private CryptoKey.')
    return { ...own, signer: await localSigner(own, pair.privateKey, path) }
  }
  if (typeof pair.sign !== 'function') throw new InvalidInput(`${path}.sign`, 'must be a function.')
  const { serviceSigner } = await import('./signing-service.ts')
  return { ...own, signer: serviceSigner(pair, own, pending) }
}

async function importJwk(jwk: JWK, path: string): Promise<OwnKey> {
  const own = { public: publicMembers(jwk), verifier: await importPublic(jwk, path) }
  let key: CryptoKey
  try {
    key = (await importJWK(jwk, jwk.alg)) as CryptoKey
  } catch {
    throw new InvalidInput(
      path,
      'is not a usable JWK: create one with generateKeys() or `tokenward keygen`.',
    )
  }
  return { ...own, signer: key.type === 'private' ? await localSigner(own, key, path) : null }
}

async function publicJwkOf(
  { publicKey }: SigningKeyPair | SigningService,
  path: string,
): Promise<JWK> {
  try {
    if ('kty' in publicKey) return publicMembers(publicKey)
    const key = publicKey as CryptoKey
    if (key.type !== 'public') throw new TypeError('a private key')
    return publicMembers(await exportJWK(key))
  } catch {
    throw new InvalidInput(`${path}.publicKey`, 'must be a public JWK, or a public CryptoKey.')
  }
}

async function importPublic(jwk: JWK, path: string): Promise<VerificationKey> {
  const { kty, alg, kid, use } = jwk
  if (typeof kid !== 'string' || kid === '')
    throw new InvalidInput(`${path}.kid`, 'is required and must be a string.')
  if (!ALGORITHMS[String(kty)]?.includes(String(alg))) {
    throw new InvalidInput(
      `${path}.alg`,
      'must be an asymmetric JWS algorithm for this kty, such as ES256 for EC.',
    )
  }
  if (use !== undefined && use !== 'sig') throw new InvalidInput(`${path}.use`, "must be 'sig'.")
  // Issuers may choose other exponents for their keys; ours follow FIPS 186-5 §5.1.
  if (kty === 'RSA' && jwk.e !== 'AQAB')
    throw new InvalidInput(`${path}.e`, 'must be AQAB, the exponent 65,537.')
  const { key_ops: _, ...usable } = jwk
  const verifier = await importVerificationKey(usable)
  if ('why' in verifier) throw new InvalidInput(path, verifier.why)
  return verifier
}

/** Signs once, so that a key that cannot sign, or not for its public key, is refused here. */
async function localSigner(own: OwnPublicKey, key: CryptoKey, path: string): Promise<Signer> {
  const { alg = '', kid = '' } = own.public
  const sign = ({ typ, payload }: Unsigned): Promise<string> =>
    new CompactSign(payload).setProtectedHeader({ alg, kid, typ }).sign(key)
  try {
    const probe = await sign({ typ: 'at+jwt', payload: new Uint8Array() })
    await compactVerify(probe, await own.verifier.import(alg), { algorithms: [alg] })
    return { alg, kid, overhead: probe.length, sign }
  } catch (cause) {
    throw new InvalidInput(path, 'cannot be used to sign for its public key: see the cause.', cause)
  }
}
