import type { Login, OneOrMany } from '@tokenward/core'
import { InvalidInput, parseObject } from '@tokenward/core/adapter'
import { parseCookie, stringifySetCookie } from 'cookie'
import type { Failure } from '../answers/failure.ts'
import { parseUrl } from '../options/checks.ts'
import { readUnverified } from './unverified.ts'

/** The options of {@link SessionCookie}. */
export interface SessionCookieOptions {
  /**
   * The origins of the pages that may refresh and log out, such as `https://app.example.com`. They must be
   * of the same site as the endpoints.
   */
  readonly origin: OneOrMany
  /**
   * The name of the cookie, after the prefix `__Host-`: letters, digits, `-` and `_`.
   * @default 'session'
   */
  readonly name?: string
}

const CROSS_SITE: Failure = {
  status: 403,
  error: 'invalid_request',
  description: 'The request must come from a page of this application.',
}

/**
 * The token of the cookie was exchanged, and its successor too: another tab has refreshed meanwhile, and the
 * browser has its cookie.
 */
export function refreshedMeanwhile(error: string): Failure {
  const description = 'The session was refreshed by another request. Repeat the request once.'
  return { status: 409, error, description }
}

/**
 * The cookie that holds the refresh token of a browser: `__Host-`, `HttpOnly`, `Secure`, `SameSite=Lax`. No
 * script reads it, no other host sets it, and no other site sends it along. Pass it to `refresh` and `logout`.
 * @example
 * const cookie = new SessionCookie({ origin: 'https://app.example.com' })
 * const login = await tokens.issue({ subject: 'ada', client: 'web' })
 * return Response.json({ access_token: login.accessToken }, { headers: { 'set-cookie': cookie.set(login) } })
 */
export class SessionCookie {
  /** With its prefix. */
  readonly name: string
  readonly #origins: readonly string[]

  /** @throws `TOKENWARD_INVALID_INPUT` */
  constructor(options: SessionCookieOptions) {
    const { origin, name = 'session' } = parseObject('options', options, ['origin', 'name'])
    if (typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name))
      throw new InvalidInput('name', 'must be 1 to 64 letters, digits, - and _.')
    this.name = `__Host-${name}`
    this.#origins = parseOrigins(origin)
  }

  /** The header `Set-Cookie` that keeps a login, for as long as its refresh token lives. */
  set({ refreshToken }: Pick<Login, 'refreshToken'>): string {
    const { exp = 0, iat = 0 } = readUnverified(refreshToken)?.claims ?? {}
    return this.#header(refreshToken, Math.max(exp - iat, 0))
  }

  /** The header `Set-Cookie` that removes the cookie. */
  clear(): string {
    return this.#header('', 0)
  }

  /** The refresh token of a request. */
  read(request: Request): string | null {
    return parseCookie(request.headers.get('cookie') ?? '')[this.name] || null
  }

  /**
   * Whether a page of another site, or of an origin that is not listed, may have caused a request. Every
   * browser sends `Origin` with a POST, and all current ones `Sec-Fetch-Site` (Fetch Metadata).
   * @returns `null`: no
   */
  check(request: Request): Failure | null {
    const site = request.headers.get('sec-fetch-site')
    const isSameSite = site === null || site === 'same-origin' || site === 'same-site'
    const isListed = this.#origins.includes(request.headers.get('origin') ?? '')
    return isSameSite && isListed ? null : CROSS_SITE
  }

  #header(value: string, maxAge: number): string {
    const { name } = this
    const attributes = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' } as const
    return stringifySetCookie({ name, value, maxAge, ...attributes })
  }
}

function parseOrigins(value: unknown): readonly string[] {
  const origins = [value].flat()
  for (const origin of origins) {
    if (new URL(parseUrl('origin', origin)).origin !== origin)
      throw new InvalidInput(
        'origin',
        'must be an origin: https://app.example.com, without a path.',
      )
  }
  if (origins.length > 0) return origins as string[]
  throw new InvalidInput('origin', 'must be an origin, or a list of origins.')
}
