import type { JWK } from 'jose'
import { asymmetric, symmetric } from '../../src/jwt/algorithms.ts'
import { isCompact, parseHeader } from '../../src/jwt/compact.ts'
import { importStatic, secretKey } from '../../src/jwt/issuers.ts'
import { staticKeySet, type VerificationKey } from '../../src/jwt/key-set.ts'
import { checkSignature } from '../../src/jwt/signature.ts'

/** A file of C2SP's Wycheproof with JSON Web Signatures. Encrypted vectors have a `jwe` instead of a `jws`. */
export interface VectorFile {
  readonly testGroups: readonly Group[]
}

type Jwks = JWK | { readonly keys: readonly JWK[] }

interface Group {
  readonly public?: Jwks
  readonly private: Jwks
  readonly tests: readonly Vector[]
}

interface Vector {
  readonly tcId: number
  readonly comment: string
  /** Not a string for a JWS in JSON serialization. */
  readonly jws?: unknown
  readonly result: 'valid' | 'invalid'
}

export interface VectorResult extends Pick<Vector, 'tcId' | 'comment' | 'result'> {
  /** `null`: accepted. */
  readonly refusal: 'malformed' | 'untrusted' | 'signature' | 'keys' | null
  /** What is wrong with the keys. */
  readonly why?: string
  /** The same signature with the same keys is in the file as valid and as invalid. */
  readonly contradicts: boolean
}

/** The number of signatures in a file. */
export function countOf({ testGroups }: VectorFile): number {
  return testGroups.flatMap(({ tests }) => tests.filter(({ jws }) => jws !== undefined)).length
}

/** Checks each signature as those of tokens are checked. */
export async function* tryVectors({ testGroups }: VectorFile): AsyncGenerator<VectorResult> {
  for (const group of testGroups) {
    const jwks = jwksOf(group)
    const keys = await importKeys(jwks).catch((error: Error) => error.message)
    for (const { jws, ...vector } of group.tests) {
      if (jws === undefined) continue
      const { result } = vector
      const contradicts = group.tests.some((other) => other.jws === jws && other.result !== result)
      const known = { ...vector, contradicts }
      if (typeof keys === 'string') yield { ...known, refusal: 'keys', why: keys }
      else yield { ...known, refusal: await refusalOf(jws, keys, algorithmsFor(jwks)) }
    }
  }
}

function jwksOf(group: Group): readonly JWK[] {
  const jwks = group.public ?? group.private
  return 'keys' in jwks ? (jwks.keys as readonly JWK[]) : [jwks]
}

// An issuer has one kind of key: a secret, or public keys.
function algorithmsFor([jwk]: readonly JWK[]): readonly string[] {
  return jwk?.kty === 'oct' ? symmetric : asymmetric
}

async function importKeys(jwks: readonly JWK[]): Promise<readonly VerificationKey[]> {
  const [jwk] = jwks
  if (jwk?.kty !== 'oct' || jwks.length > 1) return importStatic(jwks, 'keys')
  const { alg, use = 'sig', key_ops: operations = ['verify'], k = '' } = jwk
  const secret = Buffer.from(k, 'base64url')
  if (alg !== 'HS256' || use !== 'sig' || !operations.includes('verify') || secret.length < 32)
    throw new Error('legacyHs256Secret: for HS256, of 32 bytes or more.')
  return [secretKey(secret)]
}

async function refusalOf(
  jws: unknown,
  keys: readonly VerificationKey[],
  algorithms: readonly string[],
): Promise<VectorResult['refusal']> {
  if (!isCompact(jws)) return 'malformed'
  try {
    const header = parseHeader(jws)
    if (typeof header === 'string') return header
    return await checkSignature({ token: jws, ...header }, staticKeySet(keys), algorithms, 0)
  } catch {
    return 'malformed'
  }
}
