import { compactVerify, errors } from 'jose'
import type { KeySet, VerificationKey } from './key-set.ts'

/** What a signature check needs of a token. */
export interface Signed {
  readonly token: string
  readonly alg: string
  readonly kid: string | undefined
}

type Refusal = 'untrusted' | 'signature' | 'malformed'

/**
 * `null`: the signature is good.
 * @param left ms that the call may wait for keys
 * @throws KeysUnavailable where nothing is known of the key
 */
export async function checkSignature(
  signed: Signed,
  keys: KeySet,
  algorithms: readonly string[],
  left: number,
): Promise<Refusal | null> {
  if (!algorithms.includes(signed.alg)) return 'untrusted'
  const since = performance.now()
  const current = await keys.current(left)
  const refusal = await tryEach(signed, current)
  // A key that is known by its id was the right one; else there may be a newer key than these.
  const named = signed.kid !== undefined && current.some(({ kid }) => kid === signed.kid)
  if (refusal === null || refusal === 'malformed' || named) return refusal
  const newer = await keys.newer(signed.kid, since)
  return newer === null ? refusal : tryEach(signed, newer)
}

function mayBe(key: VerificationKey, kid: string | undefined): boolean {
  return kid === undefined || key.kid === null || key.kid === kid
}

// Keys may share an id, and a token may name none: the right one is the one that verifies.
async function tryEach(
  { token, alg, kid }: Signed,
  keys: readonly VerificationKey[],
): Promise<Refusal | null> {
  let refusal: Refusal = 'untrusted'
  for (const key of keys) {
    if (!key.algorithms.includes(alg) || !mayBe(key, kid)) continue
    try {
      await compactVerify(token, await key.import(alg), { algorithms: [alg] })
      return null
    } catch (error) {
      if (error instanceof errors.JWSInvalid) return 'malformed'
      // Any other error is of this key: it cannot serve, and the next one may.
      if (error instanceof errors.JWSSignatureVerificationFailed) refusal = 'signature'
    }
  }
  return refusal
}
