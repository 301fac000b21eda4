import { CompactSign, type CryptoKey, importJWK, type JWK } from 'jose'
import { InvalidInput } from '../errors.ts'
import type { SigningKeys } from '../types/options.ts'
import { ALGORITHMS } from './algorithms.ts'
import type { VerificationKey } from './key-set.ts'
import { importVerificationKey, publicMembers } from './verification-key.ts'

/** The instance's own keys: all public keys, and the first private key to sign with. */
export interface SigningKeySet {
  readonly public: readonly JWK[]
  readonly verifiers: readonly VerificationKey[]
  readonly signer: Signer | null
}

export interface Signer {
  readonly alg: string
  /** The length of a token without its payload, in characters: header, signature and dots. */
  readonly overhead: number
  sign(typ: string, payload: Uint8Array): Promise<string>
}

/** @throws `TOKENWARD_INVALID_INPUT`: a key is unusable, and `path` names it */
export async function importSigningKeys(jwks: SigningKeys): Promise<SigningKeySet> {
  const imported = await Promise.all(jwks.map((jwk, i) => importOne(jwk, `keys.${i}`)))
  const kids = new Set(jwks.map(({ kid }) => kid))
  if (kids.size < jwks.length) throw new InvalidInput('keys', 'each key needs its own kid.')
  const [first] = imported
  const signer = first ? await signerOf(first.jwk, first.key, 'keys.0') : null
  return {
    public: imported.map(({ jwk }) => publicMembers(jwk)),
    verifiers: imported.map(({ verifier }) => verifier),
    signer,
  }
}

interface Imported {
  readonly jwk: JWK
  readonly key: CryptoKey
  readonly verifier: VerificationKey
}

async function importOne(jwk: JWK, path: string): Promise<Imported> {
  if (typeof jwk !== 'object' || jwk === null) throw new InvalidInput(path, 'must be a JWK object.')
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
  try {
    return { jwk, key: (await importJWK(jwk, alg)) as CryptoKey, verifier }
  } catch {
    throw new InvalidInput(
      path,
      'is not a usable JWK: create one with generateKeys() or `tokenward keygen`.',
    )
  }
}

async function signerOf(jwk: JWK, key: CryptoKey, path: string): Promise<Signer | null> {
  if (key.type !== 'private') return null
  const { alg = '', kid = '' } = jwk
  const sign = (typ: string, payload: Uint8Array): Promise<string> =>
    new CompactSign(payload).setProtectedHeader({ alg, kid, typ }).sign(key)
  const probe = await sign('at+jwt', new Uint8Array()).catch((cause: unknown) => {
    throw new InvalidInput(path, 'cannot be used to sign: see the cause.', cause)
  })
  return { alg, overhead: probe.length, sign }
}
