import { createDigest, type Digest } from './hash.ts'
import {
  type CutoffKeys,
  type CutoffScope,
  cutoffScopes,
  identifiersOf,
  type Principal,
} from './scopes.ts'

// A new layout of keys makes a new world; it must never read an old one by half.
const FORMAT = 'tokenward:1'

/** Makes every key of one namespace: no byte that a user chose ever becomes a key (I9). */
export class KeyDeriver {
  /** The root's key: without the pepper, so that a wrong pepper finds it and is refused. */
  readonly root: string
  /** Proves to the root that this configuration has the pepper that it was made with. */
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

  /** A token without an id: by its JWS signing input, of which a signature allows one encoding. */
  tokenBySigningInput(issuer: string, signingInput: string): string | Promise<string> {
    return this.#key('token-by-input', issuer, signingInput)
  }

  session(issuer: string, session: string): string | Promise<string> {
    return this.#key('session', issuer, session)
  }

  idempotency(tokenKey: string, idempotencyKey: string): string | Promise<string> {
    return this.#key('idempotency', tokenKey, idempotencyKey)
  }

  /** The cutoffs that a token of this principal is subject to, widest first. */
  async cutoffKeys(principal: Principal): Promise<CutoffKeys> {
    const cutoffKeys = new Map<CutoffScope, string>([['global', this.root]])
    for (const scope of cutoffScopes) {
      const parts = scope === 'global' ? null : identifiersOf(scope, principal)
      if (parts !== null) cutoffKeys.set(scope, await this.#key(`cutoff:${scope}`, ...parts))
    }
    return cutoffKeys
  }

  #key(kind: string, ...parts: readonly string[]): string | Promise<string> {
    return this.#digest(lengthPrefixed([FORMAT, this.#namespace, kind, ...parts]))
  }
}

// Length-prefixed, so that no two lists of parts meet; the parts are well-formed UTF-16, so their
// UTF-8 does not merge them either.
function lengthPrefixed(parts: readonly string[]): string {
  return parts.map((part) => `${part.length}:${part}`).join('')
}
