import { generateKeys } from '@tokenward/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { jwks, metadata, protectedResource } from '../../src/endpoints.ts'
import { bodyOf, createEnvironment, type Environment, ISSUER } from './environment.ts'

let env: Environment
beforeEach(async () => {
  env = await createEnvironment()
})
afterEach(() => env.close())

const get = (headers = {}, method = 'GET') =>
  new Request('https://api.example/x', { method, headers })
const refused = (path: string) => expect.objectContaining({ code: 'TOKENWARD_INVALID_INPUT', path })

describe('jwks', () => {
  test('publishes the public keys, for five minutes, to every origin', async () => {
    const response = await jwks(env.tokens)(get())
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/jwk-set+json',
      'cache-control': 'public, max-age=300',
      'access-control-allow-origin': '*',
    })
    const { keys } = await bodyOf(response)
    expect(keys).toEqual(env.tokens.jwks().keys)
    for (const key of keys as object[]) expect(key).not.toHaveProperty('d')
  })

  test('answers 304 to a client that has the current keys', async () => {
    const endpoint = jwks(env.tokens, { maxAge: 60 })
    const etag = (await endpoint(get())).headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/)
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await endpoint(get({ 'if-none-match': known }))
      expect([response.status, await response.text(), response.headers.get('etag')]).toEqual([
        304,
        '',
        etag,
      ])
      expect(response.headers.get('cache-control')).toBe('public, max-age=60')
    }
    expect((await endpoint(get({ 'if-none-match': '"other"' }))).status).toBe(200)
  })

  test('has another tag when the keys have changed', async () => {
    const sets = [{ keys: await generateKeys() }, { keys: await generateKeys() }]
    let current = 0
    const endpoint = jwks({ jwks: () => sets[current] ?? { keys: [] } })
    const first = (await endpoint(get())).headers.get('etag') ?? ''
    current = 1
    const response = await endpoint(get({ 'if-none-match': first }))
    expect(response.status).toBe(200)
    expect(response.headers.get('etag')).not.toBe(first)
  })

  test('answers HEAD without a body, and 405 to other methods', async () => {
    const head = await jwks(env.tokens)(get({}, 'HEAD'))
    expect([head.status, await head.text(), head.headers.has('etag')]).toEqual([200, '', true])
    const post = await jwks(env.tokens)(get({}, 'POST'))
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  test('asks no store', async () => {
    const { calls } = env.store
    const endpoint = jwks(env.tokens)
    await Promise.all(Array.from({ length: 1000 }, () => endpoint(get())))
    expect(env.store.calls).toBe(calls)
  })

  test('answers 503 where the instance has no keys of its own', async () => {
    await env.close()
    env = await createEnvironment({
      keys: new URL('https://keys.example'),
      fetch: () => Promise.reject(new Error('down')),
    })
    expect((await jwks(env.tokens)(get())).status).toBe(503)
  })

  test.for([-1, 1.5, '300', 86_401])('a max-age of %j is refused', (maxAge) => {
    expect(() => jwks(env.tokens, { maxAge } as never)).toThrow(refused('maxAge'))
  })
})

describe('metadata', () => {
  test('has the required members, and those of other standards', async () => {
    const endpoint = metadata(env.tokens, {
      jwks_uri: `${ISSUER}/jwks`,
      token_endpoint: `${ISSUER}/token`,
      dpop_signing_alg_values_supported: ['ES256'],
    })
    expect(endpoint.path).toBe('/.well-known/oauth-authorization-server')
    const response = await endpoint(get())
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await bodyOf(response)).toEqual({
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/jwks`,
      token_endpoint: `${ISSUER}/token`,
      response_types_supported: [],
      grant_types_supported: ['refresh_token'],
      dpop_signing_alg_values_supported: ['ES256'],
    })
  })

  test('later changes of the members have no effect', async () => {
    const members = { jwks_uri: `${ISSUER}/jwks`, scopes_supported: ['read'] }
    const endpoint = metadata(env.tokens, members)
    members.scopes_supported.push('admin')
    expect(await bodyOf(await endpoint(get()))).toMatchObject({ scopes_supported: ['read'] })
  })

  test('is found before the path of an issuer', async () => {
    await env.close()
    env = await createEnvironment({ issuer: `${ISSUER}/tenant/1` })
    const { url } = metadata(env.tokens, { jwks_uri: `${ISSUER}/jwks` })
    expect(url).toBe(`${ISSUER}/.well-known/oauth-authorization-server/tenant/1`)
  })

  test('refuses endpoints that are no https URLs, and another issuer', () => {
    const make = (more: object) => () =>
      metadata(env.tokens, { jwks_uri: `${ISSUER}/jwks`, ...more })
    expect(make({ jwks_uri: undefined })).toThrow(refused('jwks_uri'))
    expect(make({ jwks_uri: '/jwks' })).toThrow(refused('jwks_uri'))
    expect(make({ token_endpoint: 'http://api.example/token' })).toThrow(refused('token_endpoint'))
    expect(make({ issuer: 'https://other.example' })).toThrow(refused('issuer'))
    expect(() => metadata({} as never, { jwks_uri: ISSUER })).toThrow(refused('tokens.issuer'))
  })
})

describe('protectedResource', () => {
  test.for([
    ['https://api.example', '/.well-known/oauth-protected-resource', ''],
    ['https://api.example/', '/.well-known/oauth-protected-resource', ''],
    ['https://api.example/mcp', '/.well-known/oauth-protected-resource/mcp', ''],
    ['https://api.example/a/b?v=1', '/.well-known/oauth-protected-resource/a/b', '?v=1'],
  ] as const)('the address of %s', async ([resource, path, query]) => {
    const endpoint = protectedResource({ resource })
    expect([endpoint.path, endpoint.url]).toEqual([path, `https://api.example${path}${query}`])
    const document = { resource, bearer_methods_supported: ['header'] }
    expect(await bodyOf(await endpoint(get()))).toEqual(document)
  })

  test('later changes of the members have no effect', async () => {
    const members = { resource: ISSUER, scopes_supported: ['read'] }
    const endpoint = protectedResource(members)
    members.scopes_supported.push('admin')
    expect(await bodyOf(await endpoint(get()))).toMatchObject({ scopes_supported: ['read'] })
  })

  test('refuses what is wrong', () => {
    const make = protectedResource as (members: unknown) => unknown
    expect(() => make({ resource: 'api' })).toThrow(refused('resource'))
    expect(() => make({ resource: ISSUER, authorization_servers: ISSUER })).toThrow(
      refused('authorization_servers'),
    )
    expect(() => make({ resource: ISSUER, authorization_servers: ['x'] })).toThrow(
      refused('authorization_servers.0'),
    )
    expect(() => make(null)).toThrow(refused('options'))
  })
})
