import type { Tokenward } from '@tokenward/core'
import { InvalidInput } from '@tokenward/core/adapter'
import { parseUrl } from '../options/checks.ts'
import type { Endpoint } from './endpoint.ts'
import { published } from './published.ts'

/**
 * The metadata of an authorization server, by their registered names (RFC 8414 §2). What you leave out is not
 * published, except for the members that have a default here. The members of other standards are published as
 * they are.
 */
export interface ServerMetadata {
  /** The URL of {@link jwks}. */
  readonly jwks_uri: string
  /** The URL of {@link refresh}. */
  readonly token_endpoint?: string
  /** The URL of {@link introspection}. */
  readonly introspection_endpoint?: string
  /** The URL of {@link revocation}. */
  readonly revocation_endpoint?: string
  /** @default [] */
  readonly response_types_supported?: readonly string[]
  /** @default ['refresh_token'] */
  readonly grant_types_supported?: readonly string[]
  readonly [name: string]: unknown
}

/** An endpoint with the path that its standard demands. */
export type WellKnownEndpoint = Endpoint & {
  /** The path of the URL where clients look for it. */
  readonly path: string
  readonly url: string
}

/**
 * The metadata of the instance as an authorization server (RFC 8414), by which `trust()`, resource servers and
 * clients find its keys and endpoints.
 * @throws `TOKENWARD_INVALID_INPUT`: an endpoint is no https URL, or a default is contradicted
 * @example
 * const server = metadata(tokens, { jwks_uri: 'https://api.example.com/jwks' })
 * app.get(server.path, (c) => server(c.req.raw))
 */
export function metadata(
  tokens: Pick<Tokenward, 'issuer'>,
  members: ServerMetadata,
): WellKnownEndpoint {
  const { issuer } = Object(tokens) as Partial<Pick<Tokenward, 'issuer'>>
  const url = wellKnownUrl('oauth-authorization-server', parseUrl('tokens.issuer', issuer))
  if (members['issuer'] !== undefined && members['issuer'] !== issuer)
    throw new InvalidInput('issuer', 'is that of the instance: leave it out.')
  const document = {
    issuer,
    response_types_supported: [],
    grant_types_supported: ['refresh_token'],
    ...copyOf(members),
  }
  for (const [name, value] of Object.entries(document)) {
    if (name === 'jwks_uri' || name.endsWith('_endpoint')) parseUrl(name, value)
  }
  parseUrl('jwks_uri', members.jwks_uri)
  return wellKnownEndpoint(url, document)
}

/** For an hour: metadata change with a deployment, keys have an address of their own. */
const MAX_AGE_S = 3600

/** Publishes a document at its well-known address. */
export function wellKnownEndpoint(url: URL, document: object): WellKnownEndpoint {
  const contentType = 'application/json'
  const handler = published({ contentType, maxAge: MAX_AGE_S, document: () => document })
  return Object.assign(handler, { path: url.pathname, url: url.href })
}

/** A well-known address is inserted before the path (RFC 8414 §3.1, RFC 9728 §3.1). */
export function wellKnownUrl(name: string, identifier: string): URL {
  const url = new URL(identifier)
  const path = url.pathname === '/' ? '' : url.pathname
  url.pathname = `/.well-known/${name}${path}`
  return url
}

/** What JSON keeps of the members; later changes by the caller have no effect. */
export function copyOf(members: unknown): object {
  if (typeof members !== 'object' || members === null || Array.isArray(members))
    throw new InvalidInput('options', 'must be an object of metadata.')
  const copy: unknown = JSON.parse(JSON.stringify(members))
  return copy as object
}
