import { KeysUnavailable } from '../errors.ts'
import { isSecureUrl } from '../input/issuer.ts'
import { isName } from '../scopes/ids.ts'
import { type Fetch, fetchText } from './fetch-text.ts'

/** Where to fetch the keys of an issuer: from a URL of the application, or from the one in its metadata. */
export class KeySource {
  readonly #issuer: string
  readonly #fetch: Fetch
  readonly #fixed: URL | undefined
  /** The result of the last discovery. */
  #discovered: URL | null = null

  constructor(issuer: string, fixed: URL | undefined, fetch: Fetch) {
    this.#issuer = issuer
    this.#fixed = fixed
    this.#fetch = fetch
  }

  /** The text of the key set as it is published now. */
  async read(signal: AbortSignal): Promise<string> {
    if (this.#fixed !== undefined) return this.#keysAt(this.#fixed, signal)
    // An issuer may move its keys and leave old ones behind, so its metadata is read each time, at the
    // same time as the keys at the known URL.
    const known = this.#discovered
    const [discovered, keys] = await Promise.allSettled([
      this.#discover(signal),
      known === null ? null : this.#keysAt(known, signal),
    ])
    if (discovered.status === 'fulfilled' && discovered.value.href !== known?.href) {
      this.#discovered = discovered.value
      return this.#keysAt(discovered.value, signal)
    }
    if (discovered.status === 'rejected' && known === null) throw discovered.reason
    if (keys.status === 'rejected') throw keys.reason
    return keys.value ?? ''
  }

  async #keysAt(url: URL, signal: AbortSignal): Promise<string> {
    const { status, text } = await fetchText(this.#fetch, url, signal)
    if (text !== null) return text
    throw new KeysUnavailable(`${url.href} responded with status ${status} instead of a key set.`)
  }

  /** OpenID Connect Discovery §4, RFC 8414 §3. */
  async #discover(signal: AbortSignal): Promise<URL> {
    for (const name of ['openid-configuration', 'oauth-authorization-server']) {
      const { text } = await fetchText(this.#fetch, wellKnown(this.#issuer, name), signal)
      if (text !== null) return this.#locationIn(JSON.parse(text))
    }
    throw new KeysUnavailable(
      `${this.#issuer} publishes no metadata: check the issuer, or pass jwks to trust().`,
    )
  }

  #locationIn(metadata: unknown): URL {
    const { issuer, jwks_uri: location } = Object(metadata) as Record<string, unknown>
    if (issuer !== this.#issuer) {
      const name = isName(issuer) ? `the issuer ${issuer}` : 'no issuer'
      throw new KeysUnavailable(
        `The metadata of ${this.#issuer} names ${name}: pass to trust() exactly what the tokens carry as iss.`,
      )
    }
    const url = typeof location === 'string' ? URL.parse(location) : null
    // A public issuer must not make this server fetch from its own network.
    const mayBeHttp = this.#issuer.startsWith('http:')
    if (url !== null && isSecureUrl(url) && (mayBeHttp || url.protocol === 'https:')) return url
    throw new KeysUnavailable(
      `The metadata of ${this.#issuer} has no jwks_uri with https: pass jwks to trust().`,
    )
  }
}

// OpenID appends, RFC 8414 inserts before the issuer's path.
function wellKnown(issuer: string, name: string): URL {
  const url = new URL(issuer)
  const path = url.pathname.replace(/\/$/, '')
  const inserted = name === 'oauth-authorization-server'
  url.pathname = inserted ? `/.well-known/${name}${path}` : `${path}/.well-known/${name}`
  return url
}
