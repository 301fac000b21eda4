import { compactVerify, errors } from 'jose'
import type { KeySet, VerificationKey } from './key-set.ts'

/** The parts of a token that a signature check needs. */
export interface Signed {
  readonly token: string
  readonly alg: string
  readonly kid: string | undefined
}

type Refusal = 'untrusted' | 'signature' | 'malformed'

/**
 * Checks a signature; `null`: it is valid.
 * @param remainingMs for how long the call may wait for keys
 * @throws `TOKENWARD_KEYS_UNAVAILABLE`
 */
export async function checkSignature(
  signed: Signed,
  keys: KeySet,
  algorithms: readonly string[],
  remainingMs: number,
): Promise<Refusal | null> {
  if (!algorithms.includes(signed.alg)) return 'untrusted'
  const since = performance.now()
  const current = await keys.current(remainingMs)
  const refusal = await tryEach(signed, current)
  // If a key with this id was tried, there is no other one. Otherwise there may be a newer key.
  const hasKeyId = signed.kid !== undefined && current.some(({ kid }) => kid === signed.kid)
  if (refusal === null || refusal === 'malformed' || hasKeyId) return refusal
  const newer = await keys.newer(signed.kid, since)
  return newer === null ? refusal : tryEach(signed, newer)
}

function mayMatch(key: VerificationKey, kid: string | undefined): boolean {
  return kid === undefined || key.kid === null || key.kid === kid
}

// Several keys may have the same id, and a token may have no key id: any key that verifies is the right one.
async function tryEach(
  { token, alg, kid }: Signed,
  keys: readonly VerificationKey[],
): Promise<Refusal | null> {
  let refusal: Refusal = 'untrusted'
  for (const key of keys) {
    if (!key.algorithms.includes(alg) || !mayMatch(key, kid)) continue
    try {
      await compactVerify(token, await key.import(alg), { algorithms: [alg] })
      return null
    } catch (error) {
      if (error instanceof errors.JWSInvalid) return 'malformed'
      // Any other error is caused by this key; the next one may work.
      if (error instanceof errors.JWSSignatureVerificationFailed) refusal = 'signature'
    }
  }
  return refusal
}
