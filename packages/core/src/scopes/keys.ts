import { createDigest, type Digest } from './hash.ts'
import {
  type CutoffKeys,
  type CutoffScope,
  cutoffScopes,
  keyParts,
  type Principal,
} from './scopes.ts'

// Part of every key: another layout of keys must never find some of the old records.
const FORMAT = 'tokenward:2'

/** Derives every key of one namespace by hashing: no byte that a user chose is part of a key (I9). */
export class KeyDeriver {
  /** The key of the root record. Without the pepper: an instance with a wrong pepper finds it, and is refused. */
  readonly root: string
  /** Stored in the root record, to compare the pepper of each instance with it. */
  readonly pepperCheck: string
  readonly #namespace: string
  readonly #digest: Digest

  private constructor(namespace: string, digest: Digest, root: string, pepperCheck: string) {
    this.#namespace = namespace
    this.#digest = digest
    this.root = root
    this.pepperCheck = pepperCheck
  }

  static async create(namespace: string, pepper?: Uint8Array): Promise<KeyDeriver> {
    const plain = await createDigest()
    const digest = await createDigest(pepper)
    const root = await plain(lengthPrefixed([FORMAT, namespace, 'root']))
    const pepperCheck = await digest(lengthPrefixed([FORMAT, namespace, 'check']))
    return new KeyDeriver(namespace, digest, root, pepperCheck)
  }

  token(issuer: string, jti: string): string | Promise<string> {
    return this.#key('token', issuer, jti)
  }

  /** The key of a token without an id: from its JWS signing input, which has only one encoding (RFC 7515 §5.1). */
  tokenBySigningInput(issuer: string, signingInput: string): string | Promise<string> {
    return this.#key('token-by-input', issuer, signingInput)
  }

  session(issuer: string, session: string): string | Promise<string> {
    return this.#key('session', issuer, session)
  }

  /** The key of the note that a message of a trusted issuer was received. */
  message(issuer: string, jti: string): string | Promise<string> {
    return this.#key('message', issuer, jti)
  }

  idempotency(tokenKey: string, idempotencyKey: string): string | Promise<string> {
    return this.#key('idempotency', tokenKey, idempotencyKey)
  }

  /** The cutoffs that a token of this principal is subject to, widest first. */
  async cutoffKeys(principal: Principal): Promise<CutoffKeys> {
    const cutoffKeys = new Map<CutoffScope, string>([['global', this.root]])
    for (const scope of cutoffScopes) {
      const key = scope === 'global' ? null : await this.cutoffKey(scope, principal, cutoffKeys)
      if (key !== null) cutoffKeys.set(scope, key)
    }
    return cutoffKeys
  }

  /** @param cutoffKeys those of the wider scopes. @returns `null`: the principal is not in the scope */
  cutoffKey(
    scope: CutoffScope,
    principal: Partial<Principal>,
    cutoffKeys: CutoffKeys,
  ): string | null | Promise<string> {
    const parts = keyParts(scope, principal, cutoffKeys)
    return parts && this.#key(`cutoff:${scope}`, ...parts)
  }

  #key(kind: string, ...parts: readonly string[]): string | Promise<string> {
    return this.#digest(lengthPrefixed([FORMAT, this.#namespace, kind, ...parts]))
  }
}

// With the length of each part, no two lists of parts become equal. The parts are well-formed UTF-16, so
// their UTF-8 differs too.
export function lengthPrefixed(parts: readonly string[]): string {
  return parts.map((part) => `${part.length}:${part}`).join('')
}
