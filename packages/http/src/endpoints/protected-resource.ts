import { InvalidInput } from '@tokenward/core/adapter'
import { parseUrl } from '../options/checks.ts'
import { copyOf, type WellKnownEndpoint, wellKnownEndpoint, wellKnownUrl } from './metadata.ts'

/**
 * The metadata of a protected resource, by their registered names (RFC 9728 §2). The members of other
 * standards are published as they are.
 */
export interface ResourceMetadata {
  /** The URL of the resource server, as clients know it: the audience of its tokens (RFC 8707). */
  readonly resource: string
  /** The issuers of the tokens that the resource accepts. */
  readonly authorization_servers?: readonly string[]
  readonly scopes_supported?: readonly string[]
  /** @default ['header'], the only way in which a guard reads a token */
  readonly bearer_methods_supported?: readonly string[]
  readonly [name: string]: unknown
}

/**
 * The metadata of a resource server (RFC 9728), which MCP servers must have. Mount it at its `path`, and pass
 * its `url` to the guard as `resourceMetadata`.
 * @throws `TOKENWARD_INVALID_INPUT`: a member is wrong
 * @example
 * const resource = protectedResource({
 *   resource: 'https://api.example.com/mcp',
 *   authorization_servers: ['https://api.example.com'],
 * })
 * app.get(resource.path, (c) => resource(c.req.raw)) // /.well-known/oauth-protected-resource/mcp
 * app.use('/mcp', bearer(tokens, { audience: 'https://api.example.com/mcp', resourceMetadata: resource.url }))
 */
export function protectedResource(members: ResourceMetadata): WellKnownEndpoint {
  const document = { bearer_methods_supported: ['header'], ...copyOf(members) }
  const { resource, authorization_servers: servers } = members
  if (servers !== undefined && !Array.isArray(servers))
    throw new InvalidInput('authorization_servers', 'must be a list of issuers.')
  for (const [i, server] of (servers ?? []).entries())
    parseUrl(`authorization_servers.${i}`, server)
  const url = wellKnownUrl('oauth-protected-resource', parseUrl('resource', resource))
  return wellKnownEndpoint(url, document)
}
