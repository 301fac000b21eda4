import { createDigest, type Digest } from './hash.ts'
import { type CutoffKeys, cutoffScopes, type Principal, type RevocationScope } from './scopes.ts'

// A new layout of keys makes a new world; it must never read an old one by half.
const FORMAT = 'tokenward:1'

/** Makes every key of one namespace: no byte that a user chose ever becomes a key (I9). */
export class Naming {
  /** The root's key: without the pepper, so that a wrong pepper finds it and is refused. */
  readonly root: string
  /** Proves to the root that this configuration has the pepper that it was made with. */
  readonly check: string
  readonly #namespace: string
  readonly #digest: Digest

  private constructor(namespace: string, digest: Digest, root: string, check: string) {
    this.#namespace = namespace
    this.#digest = digest
    this.root = root
    this.check = check
  }

  static async create(namespace: string, pepper?: Uint8Array): Promise<Naming> {
    const plain = await createDigest()
    const digest = await createDigest(pepper)
    const root = await plain(joined([FORMAT, namespace, 'root']))
    const check = await digest(joined([FORMAT, namespace, 'check']))
    return new Naming(namespace, digest, root, check)
  }

  token(issuer: string, jti: string): string | Promise<string> {
    return this.#key('token', issuer, jti)
  }

  /** A token without an id: by its JWS signing input, of which a signature allows one encoding. */
  tokenByInput(issuer: string, signingInput: string): string | Promise<string> {
    return this.#key('token-by-input', issuer, signingInput)
  }

  session(issuer: string, session: string): string | Promise<string> {
    return this.#key('session', issuer, session)
  }

  idempotency(tokenKey: string, idempotencyKey: string): string | Promise<string> {
    return this.#key('idempotency', tokenKey, idempotencyKey)
  }

  /** The cutoffs that a token of this description is subject to, widest first. */
  async cutoffKeys(principal: Principal): Promise<CutoffKeys> {
    const cutoffKeys = new Map<RevocationScope, string>()
    for (const scope of cutoffScopes) {
      if (scope === 'global') cutoffKeys.set(scope, this.root)
      else {
        const parts = partsOf(scope, principal)
        if (parts !== null) cutoffKeys.set(scope, await this.#key(`cutoff:${scope}`, ...parts))
      }
    }
    return cutoffKeys
  }

  #key(kind: string, ...parts: readonly string[]): string | Promise<string> {
    return this.#digest(joined([FORMAT, this.#namespace, kind, ...parts]))
  }
}

function partsOf(
  scope: RevocationScope,
  { issuer, subject, client, session }: Principal,
): string[] | null {
  if (scope === 'issuer') return [issuer]
  if (scope === 'client') return client === undefined ? null : [issuer, client]
  if (scope === 'subject') return subject === undefined ? null : [issuer, subject]
  if (scope === 'session') return session === undefined ? null : [issuer, session]
  return subject === undefined || client === undefined ? null : [issuer, subject, client]
}

// Length-prefixed, so that no two lists of parts meet; the parts are well-formed UTF-16, so their
// UTF-8 does not merge them either.
function joined(parts: readonly string[]): string {
  return parts.map((part) => `${part.length}:${part}`).join('')
}
