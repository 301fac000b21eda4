import { KeysUnavailable } from '../errors.ts'
import { isSecureUrl } from '../input/issuer.ts'
import { isName } from '../scopes/ids.ts'
import { type Fetch, fetchText } from './fetch-text.ts'

/** Where an issuer's keys are: at a URL that the application gives, or where its metadata says. */
export class KeySource {
  readonly #issuer: string
  readonly #fetch: Fetch
  readonly #given: URL | undefined
  /** Found by the last discovery. */
  #found: URL | null = null

  constructor(issuer: string, given: URL | undefined, fetch: Fetch) {
    this.#issuer = issuer
    this.#given = given
    this.#fetch = fetch
  }

  /** The text of the key set as it is published now. */
  async read(signal: AbortSignal): Promise<string> {
    if (this.#given !== undefined) return this.#keysAt(this.#given, signal)
    // An issuer may move its keys and leave old ones behind, so it is asked each time; what is known
    // already is read meanwhile.
    const known = this.#found
    const [found, read] = await Promise.allSettled([
      this.#discover(signal),
      known === null ? null : this.#keysAt(known, signal),
    ])
    const moved = found.status === 'fulfilled' && found.value.href !== known?.href
    if (moved) {
      this.#found = found.value
      return this.#keysAt(found.value, signal)
    }
    const failed = found.status === 'rejected' && known === null ? found : read
    if (failed.status === 'rejected') throw failed.reason
    return failed.value ?? ''
  }

  async #keysAt(url: URL, signal: AbortSignal): Promise<string> {
    const { status, text } = await fetchText(this.#fetch, url, signal)
    if (text !== null) return text
    throw new KeysUnavailable(
      `${url.href} answers with status ${status} where a key set should be.`,
    )
  }

  /** OpenID Connect Discovery §4, RFC 8414 §3. */
  async #discover(signal: AbortSignal): Promise<URL> {
    for (const name of ['openid-configuration', 'oauth-authorization-server']) {
      const { text } = await fetchText(this.#fetch, wellKnown(this.#issuer, name), signal)
      if (text !== null) return this.#locationIn(JSON.parse(text))
    }
    throw new KeysUnavailable(
      `${this.#issuer} publishes no metadata: check the issuer, or give trust() its jwks.`,
    )
  }

  #locationIn(metadata: unknown): URL {
    const { issuer, jwks_uri: location } = Object(metadata) as Record<string, unknown>
    if (issuer !== this.#issuer) {
      const named = isName(issuer) ? `the issuer ${issuer}` : 'no issuer'
      throw new KeysUnavailable(
        `The metadata of ${this.#issuer} names ${named}: give trust() exactly what its tokens carry as iss.`,
      )
    }
    const url = typeof location === 'string' ? URL.parse(location) : null
    // A public issuer must not send this machine to its own services.
    const mayBeHttp = this.#issuer.startsWith('http:')
    if (url !== null && isSecureUrl(url) && (mayBeHttp || url.protocol === 'https:')) return url
    throw new KeysUnavailable(`The metadata of ${this.#issuer} names no jwks_uri with https.`)
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
