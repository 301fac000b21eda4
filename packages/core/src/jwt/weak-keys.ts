import { base64url, type JWK } from 'jose'

const MIN_RSA_BITS = 2048

/** Why signatures by this key cannot be trusted; `null`: no known weakness. */
export function weaknessOf({ kty, crv, n, e, x }: JWK): string | null {
  if (kty === 'RSA') return weaknessOfRsa(integerOf(n), integerOf(e))
  return crv === 'Ed25519' ? weaknessOfEd25519(base64url.decode(x ?? '')) : null
}

/** Big-endian (RFC 7518 §2, Base64urlUInt). */
function integerOf(text = ''): bigint {
  return BigInt(`0x${hexOf(base64url.decode(text)) || '0'}`)
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function weaknessOfRsa(n: bigint, e: bigint): string | null {
  if (n.toString(2).length < MIN_RSA_BITS)
    return `has a modulus of fewer than ${MIN_RSA_BITS} bits (RFC 7518 §3.3): use a larger RSA key.`
  // With e = 1 anyone can sign; an even e is not an RSA exponent.
  if (e < 3n || e % 2n === 0n || e >= n) return 'has an RSA exponent that is not odd and 3 or more.'
  if (n % 2n === 0n) return 'has an even RSA modulus.'
  return hasRocaFingerprint(n)
    ? 'has a modulus that can be factored (ROCA, CVE-2017-15361): replace the key.'
    : null
}

/**
 * Infineon's library generated primes of the form k·M + 65537^a mod M, where M is a product of small
 * primes. The modulus is then a power of 65537 modulo each of them, as one in 2^27 other moduli is.
 */
function hasRocaFingerprint(n: bigint): boolean {
  return ROCA_PRIMES.every((prime) => powersOf65537(prime).has(Number(n % BigInt(prime))))
}

const ROCA_PRIMES: readonly number[] = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101,
  103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
]

function powersOf65537(prime: number): ReadonlySet<number> {
  const powers = new Set<number>()
  for (let power = 1; !powers.has(power); power = (power * 65_537) % prime) powers.add(power)
  return powers
}

/**
 * Compares the y coordinate with those of all points of small order, for which forged signatures verify.
 * The field's prime is 2^255 - 19; larger encodings of the same points are reduced (RFC 8032 §5.1.3).
 */
function weaknessOfEd25519(point: Uint8Array): string | null {
  const littleEndian = BigInt(`0x${hexOf(point.toReversed()) || '0'}`)
  const y = (littleEndian & (2n ** 255n - 1n)) % P25519
  return SMALL_ORDER.has(y) ? 'is a point of small order: anyone can forge its signatures.' : null
}

const P25519 = 2n ** 255n - 19n
const ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n

const SMALL_ORDER: ReadonlySet<bigint> = new Set([0n, 1n, P25519 - 1n, ORDER_8, P25519 - ORDER_8])
