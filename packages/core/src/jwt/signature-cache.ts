import type { Authenticated } from './authenticated.ts'

interface Entry {
  readonly authenticated: Authenticated
  readonly version: number
}

/**
 * Tokens whose signature was verified. The claims of a token and its signature never change; whether it is
 * revoked is never cached. Limited in size. An entry is removed at `exp` and when the issuer's keys change.
 */
export class SignatureCache {
  readonly #entries = new Map<string, Entry>()
  readonly #maxSize: number

  constructor(maxSize: number) {
    this.#maxSize = maxSize
  }

  /** @param versionOf the version of an issuer's keys; `null`: they may be outdated */
  get(
    token: string,
    versionOf: (issuer: string) => number | null,
    now: number,
  ): Authenticated | null {
    const entry = this.#entries.get(token)
    if (entry === undefined) return null
    const { authenticated, version } = entry
    this.#entries.delete(token)
    const isCurrent = version === versionOf(authenticated.claims.iss)
    if (!isCurrent || now >= authenticated.facts.expiresAt) return null
    // Inserted again: a Map keeps the order of insertion, so its first entry is the least recently used.
    this.#entries.set(token, entry)
    return authenticated
  }

  set(token: string, authenticated: Authenticated, version: number | null): void {
    if (this.#maxSize === 0 || version === null) return
    const [oldest] = this.#entries.size >= this.#maxSize ? this.#entries.keys() : []
    if (oldest !== undefined) this.#entries.delete(oldest)
    this.#entries.set(token, { authenticated, version })
  }
}
