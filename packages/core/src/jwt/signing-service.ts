import { base64url, compactVerify, type JWK } from 'jose'
import { isTokenwardError, KeysUnavailable } from '../errors.ts'
import type { PendingCalls } from '../store/pending-calls.ts'
import type { SigningService } from '../types/signing.ts'
import type { OwnPublicKey, Signer, Unsigned } from './signer.ts'

/** The bytes of an ECDSA signature (RFC 7518 §3.4). */
const ECDSA_BYTES: Readonly<Record<string, number>> = { ES256: 64, ES384: 96, ES512: 132 }
const ED25519_BYTES = 64

/**
 * Signs by a service. Every signature is verified: that takes less than 0.2 ms, a call over the network
 * ten to a hundred times as long, and a service may sign with another key or algorithm at any time.
 */
export function serviceSigner(
  service: SigningService,
  { public: jwk, verifier }: OwnPublicKey,
  pending: PendingCalls,
): Signer {
  const { alg = '', kid = '' } = jwk
  const size = signatureBytes(jwk)
  const signed = async ({ typ, payload }: Unsigned, signature: unknown): Promise<string> => {
    if (!(signature instanceof Uint8Array)) throw new TypeError('sign() must return bytes')
    const bytes = alg in ECDSA_BYTES ? fromDer(signature, size) : signature
    if (bytes.length !== size) throw new TypeError(`sign() must return ${size} bytes`)
    const token = `${signingInput({ typ, payload }, alg, kid)}.${base64url.encode(bytes)}`
    await compactVerify(token, await verifier.import(alg), { algorithms: [alg] })
    return token
  }
  return {
    alg,
    kid,
    overhead: headerOf('at+jwt', alg, kid).length + 2 + Math.ceil((size * 4) / 3),
    sign: async (token, deadline) => {
      // The service gets bytes of its own: what it does to them changes no token.
      const input = new TextEncoder().encode(signingInput(token, alg, kid))
      try {
        const signature = await pending.call<unknown>(deadline, async (_, signal) =>
          service.sign(input, signal),
        )
        return await signed(token, signature)
      } catch (cause) {
        if (isTokenwardError(cause, 'TOKENWARD_CLOSED')) throw cause
        throw new KeysUnavailable(
          `The service of the key ${kid} did not return a valid signature within the deadline; see the cause. Check the service, and retry.`,
          cause,
        )
      }
    },
  }
}

function headerOf(typ: string, alg: string, kid: string): string {
  return base64url.encode(JSON.stringify({ alg, kid, typ }))
}

function signingInput({ typ, payload }: Unsigned, alg: string, kid: string): string {
  return `${headerOf(typ, alg, kid)}.${base64url.encode(payload)}`
}

function signatureBytes({ kty, alg = '', n = '' }: JWK): number {
  return kty === 'RSA' ? base64url.decode(n).length : (ECDSA_BYTES[alg] ?? ED25519_BYTES)
}

/**
 * The two integers of an ECDSA signature at their full length (RFC 7518 §3.4), from DER (RFC 3279 §2.2.3).
 * Returns other bytes unchanged.
 */
function fromDer(signature: Uint8Array, size: number): Uint8Array {
  const length = signature[1] ?? 0
  const start = length === 0x81 ? 3 : 2
  const isDer = signature[0] === 0x30 && signature.length === start + (signature[start - 1] ?? 0)
  if (signature.length === size || !isDer) return signature
  const bytes = new Uint8Array(size)
  let at = start
  for (const end of [size / 2, size]) {
    const next = at + 2 + (signature[at + 1] ?? 0)
    const integer = signature.subarray(at + 2, next)
    // DER adds a zero before an integer whose first bit is set.
    const digits = integer.subarray(integer[0] === 0 ? 1 : 0)
    if (signature[at] !== 0x02 || digits.length > size / 2) return signature
    bytes.set(digits, end - digits.length)
    at = next
  }
  return at === signature.length ? bytes : signature
}
