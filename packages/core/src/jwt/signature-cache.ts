import { RecentMap } from '../recent-map.ts'
import type { Authenticated } from './authenticated.ts'

interface Entry {
  readonly authenticated: Authenticated
  readonly version: number
}

/**
 * Tokens whose signature was verified. The claims of a token and its signature never change; whether it is
 * revoked is never cached. An entry is removed at `exp` and when the issuer's keys change.
 */
export class SignatureCache {
  readonly #entries: RecentMap<string, Entry>

  constructor(size: number) {
    this.#entries = new RecentMap(size)
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
    const isCurrent = version === versionOf(authenticated.claims.iss)
    if (isCurrent && now < authenticated.facts.expiresAt) return authenticated
    this.#entries.delete(token)
    return null
  }

  set(token: string, authenticated: Authenticated, version: number | null): void {
    if (version !== null) this.#entries.set(token, { authenticated, version })
  }
}
