import { createRemoteJWKSet, customFetch, type RemoteJWKSet } from 'jose'
import { KeysUnavailable } from '../errors/errors.ts'
import { isSecureUrl } from '../input/issuer.ts'
import type { KeySet } from './key-set.ts'

/** ms: after a fetch, unknown key ids are not worth another for so long. */
const COOLDOWN = 5_000

/** A JWK set behind a URL, fetched when first needed and when a key id is not known. */
export function remoteKeySet(locate: () => Promise<URL>, deadline: number): KeySet {
  let fetches = 0
  let version = 0
  let last = ''
  let set: RemoteJWKSet | undefined
  let locating: Promise<RemoteJWKSet> | undefined
  const watched = async (url: string, options: RequestInit): Promise<Response> => {
    const response = await fetch(url, options)
    const text = await response.clone().text()
    fetches++
    if (text !== last) version++
    last = text
    return response
  }
  const options = {
    timeoutDuration: Math.ceil(deadline),
    cooldownDuration: COOLDOWN,
    [customFetch]: watched,
  }
  // One discovery for all who come while it is under way; a failed one is forgotten.
  const located = (): Promise<RemoteJWKSet> => {
    locating ??= locate().then(
      (url) => {
        set = createRemoteJWKSet(url, options)
        return set
      },
      (error: unknown) => {
        locating = undefined
        throw error
      },
    )
    return locating
  }
  return {
    find: async (header, token) => (await located())(header, token),
    version: () => (set?.fresh ? version : null),
    fetches: () => fetches,
  }
}

const WELL_KNOWN = ['openid-configuration', 'oauth-authorization-server']

/** Where an issuer says that its keys are (OpenID Connect Discovery §4, RFC 8414 §3). */
export async function discoverJwks(issuer: string, deadline: number): Promise<URL> {
  for (const name of WELL_KNOWN) {
    const response = await fetch(wellKnown(issuer, name), {
      redirect: 'error',
      signal: AbortSignal.timeout(deadline),
      headers: { accept: 'application/json' },
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      continue
    }
    const metadata = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown } | null
    const url = typeof metadata?.jwks_uri === 'string' ? URL.parse(metadata.jwks_uri) : null
    if (metadata?.issuer !== issuer || url === null || !isSecureUrl(url)) {
      throw new KeysUnavailable(
        `The metadata of ${issuer} names another issuer or no usable jwks_uri.`,
      )
    }
    return url
  }
  throw new KeysUnavailable(`${issuer} publishes no metadata; give trust() its jwks.`)
}

// OpenID appends, RFC 8414 inserts before the issuer's path.
function wellKnown(issuer: string, name: string): URL {
  const url = new URL(issuer)
  const path = url.pathname.replace(/\/$/, '')
  const inserted = name === 'oauth-authorization-server'
  url.pathname = inserted ? `/.well-known/${name}${path}` : `${path}/.well-known/${name}`
  return url
}
