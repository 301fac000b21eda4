import { expect, test } from 'vitest'
import { type MemcachedOptions, memcached, type Servers } from '../src/index.ts'
import { parseServers } from '../src/options.ts'

/** The error that memcached() throws for these arguments. */
function refusal(servers: unknown, options?: unknown): Error {
  try {
    memcached(servers as Servers, options as MemcachedOptions)
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

const refused = (path: string) => ({ code: 'TOKENWARD_INVALID_INPUT', path })

test.each<[unknown, string]>([
  [undefined, 'environment variable'],
  [['memcached://a', undefined], 'environment variable'],
  ['', 'must be memcached:'],
  ['memcached://', 'must be memcached:'],
  ['memcached://a,', 'must be memcached:'],
  ['memcached://a/1', 'must be memcached:'],
  ['memcached://a?x=1', 'must be memcached:'],
  ['redis://a', 'must be memcached:'],
  ['memcached://user:secret@host', 'no password'],
  ['memcached://a:0', 'must be memcached:'],
  ['memcached://a:65536', 'must be memcached:'],
  ['a b', 'must be memcached:'],
  ['a\r\nflush_all', 'must be memcached:'],
  ['a,a:11211', 'each server once'],
  [['a', 'memcached://a'], 'each server once'],
])('memcached() refuses %j with help', (servers, help) => {
  const error = refusal(servers)
  expect(error).toMatchObject({ ...refused('servers'), message: expect.stringContaining(help) })
  expect(error.message).not.toContain('secret')
})

test.each<[string, unknown]>([
  ['options', null],
  ['options', 'default'],
  ['namespaces', { namespaces: 'a' }],
  ['namespace', { namespace: 7 }],
  ['namespace', { namespace: null }],
  ['namespace', { namespace: '' }],
  ['namespace', { namespace: '\ud800' }],
  ['namespace', { namespace: 'x'.repeat(1_025) }],
  ['ring', { ring: 7 }],
  ['ring', { ring: '' }],
  ['client', { client: 'memjs' }],
  ['client', { client: null }],
])('memcached() refuses %s: %j', (path, options) => {
  expect(refusal('localhost', options)).toMatchObject(refused(path))
})

test('memcached() refuses an IPv6 address for memcache-client', () => {
  const error = refusal('memcached://[::1]', { client: 'memcache-client' })
  expect(error).toMatchObject({ ...refused('servers'), message: expect.stringContaining('IPv6') })
  expect(memcached('memcached://[::1]').name).toBe('memcached')
})

test.each<[string | string[], string[]]>([
  ['memcached://localhost', ['localhost:11211']],
  ['memcached://localhost:11212/', ['localhost:11212']],
  ['memcached://a:1,b:2,c', ['a:1', 'b:2', 'c:11211']],
  ['a:1', ['a:1']],
  [
    ['memcached://a', 'memcached://b'],
    ['a:11211', 'b:11211'],
  ],
  ['memcached://[::1]:11212', ['::1:11212']],
])('%j is parsed to %j', (urls, servers) => {
  expect(parseServers([urls].flat())).toEqual(servers)
})
