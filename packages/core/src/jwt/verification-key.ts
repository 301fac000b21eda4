import { type CryptoKey, importJWK, type JWK } from 'jose'
import { ALGORITHMS } from './algorithms.ts'
import type { VerificationKey } from './key-set.ts'

/** A key that is not used. `faulty`: it is meant to verify, but is unsafe or wrong. */
export interface Unusable {
  readonly why: string
  readonly faulty: boolean
}

/** The public members of a JWK by its kind (RFC 7518 §6.2, §6.3, RFC 8037 §2). */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['kty', 'crv', 'x', 'y'],
  RSA: ['kty', 'n', 'e'],
  OKP: ['kty', 'crv', 'x'],
}

/** The algorithms of each supported curve. */
const CURVES: Readonly<Record<string, readonly string[]>> = {
  'P-256': ['ES256'],
  'P-384': ['ES384'],
  'P-521': ['ES512'],
  Ed25519: ['EdDSA', 'Ed25519'],
}

/** The members of a JWK that may be published: the public key, its id and its purpose. */
export function publicMembers(jwk: JWK): JWK {
  const names = [...(MEMBERS[jwk.kty ?? ''] ?? []), 'kid', 'alg', 'use']
  return Object.fromEntries(
    Object.entries(jwk).filter(([name, value]) => names.includes(name) && value !== undefined),
  ) as JWK
}

/** Imports a JWK as a key to verify with, if it is safe (RFC 8725 §3.5). */
export async function importVerificationKey(jwk: unknown): Promise<VerificationKey | Unusable> {
  if (typeof jwk !== 'object' || jwk === null) return faulty('must be a JWK object.')
  const { kty, crv, kid, alg, use, key_ops: operations } = jwk as Record<string, unknown>
  if (kty === 'oct') return faulty('is a symmetric key: a set of public keys must not contain one.')
  if (use !== undefined && use !== 'sig') return other('its use is not sig')
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify')))
    return other('its key_ops do not include verify')
  const possible = kty === 'RSA' ? ALGORITHMS['RSA'] : CURVES[String(crv)]
  const fits = possible?.every((one) => ALGORITHMS[String(kty)]?.includes(one))
  if (possible === undefined || !fits) return other('its kty and crv are not supported')
  const algorithms = possible.filter((one) => alg === undefined || alg === one)
  if (algorithms.length === 0) return other('its alg is not supported, or does not match its kty')
  if (kid !== undefined && typeof kid !== 'string') return faulty('has a kid that is not a string.')
  return importSound(jwk as JWK, kid, algorithms)
}

async function importSound(
  jwk: JWK,
  kid: string | undefined,
  algorithms: readonly string[],
): Promise<VerificationKey | Unusable> {
  const key = publicMembers(jwk)
  const { weaknessOf } = await import('./weak-keys.ts')
  const imported = new Map<string, Promise<CryptoKey>>()
  const importAs = (alg: string): Promise<CryptoKey> => {
    const pending = imported.get(alg) ?? (importJWK({ ...key, alg }, alg) as Promise<CryptoKey>)
    imported.set(alg, pending)
    return pending
  }
  try {
    const weakness = weaknessOf(key)
    if (weakness !== null) return faulty(weakness)
    await importAs(algorithms[0] ?? '')
    return { kid, algorithms, import: importAs }
  } catch {
    return faulty('is not a usable JWK.')
  }
}

const faulty = (why: string): Unusable => ({ why, faulty: true })
const other = (why: string): Unusable => ({ why, faulty: false })
