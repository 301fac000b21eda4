/** The accepted asymmetric JWS algorithms (RFC 7518 §3.1, RFC 9864) by key type. */
export const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  EC: ['ES256', 'ES384', 'ES512'],
  RSA: ['PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'],
  OKP: ['EdDSA', 'Ed25519'],
}

export const asymmetric: readonly string[] = Object.values(ALGORITHMS).flat()

/** For issuers with a shared secret. Never accepted together with asymmetric ones (RFC 8725 §2.1). */
export const symmetric: readonly string[] = ['HS256']
