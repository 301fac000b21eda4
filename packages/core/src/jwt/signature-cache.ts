import type { Authenticated } from './authenticated.ts'

interface Entry {
  readonly authenticated: Authenticated
  readonly version: number
}

/**
 * Verified signatures by the exact token: what a token says and that it was signed does not change.
 * Whether it is still good is never in here. Bounded; an entry goes at `exp` and when keys change.
 */
export class SignatureCache {
  readonly #entries = new Map<string, Entry>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  /** @param version of the issuer's keys now; `null`: not known to be current */
  get(
    token: string,
    versionOf: (issuer: string) => number | null,
    now: number,
  ): Authenticated | null {
    const entry = this.#entries.get(token)
    if (entry === undefined) return null
    const { authenticated, version } = entry
    this.#entries.delete(token)
    const stands = version === versionOf(authenticated.claims.iss)
    if (!stands || now >= authenticated.facts.expiresAt) return null
    // Set again: a Map keeps the order of insertion, so the first is the least recently used.
    this.#entries.set(token, entry)
    return authenticated
  }

  set(token: string, authenticated: Authenticated, version: number | null): void {
    if (this.#most === 0 || version === null) return
    const [oldest] = this.#entries.size >= this.#most ? this.#entries.keys() : []
    if (oldest !== undefined) this.#entries.delete(oldest)
    this.#entries.set(token, { authenticated, version })
  }
}
