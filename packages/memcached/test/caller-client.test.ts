import { MemcacheClient } from 'memcache-client'
import Memcached from 'memcached'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import {
  MEMCACHE_CLIENT_SETTINGS,
  MEMCACHED_SETTINGS,
  memcached,
  type Servers,
} from '../src/index.ts'
import { callerClient } from './caller-client.ts'
import { deadline, disturbed, drivers, insert, key, opened } from './support.ts'

describe.each(drivers)('a caller-owned client of %s', (driver) => {
  const makeClient = (url: string) => {
    const made = callerClient(url, driver)
    onTestFinished(() => made.end())
    return made
  }

  test('and a URL see the same records', async () => {
    const url = inject('memcached')
    const namespace = key()
    const [one, other] = [
      await opened(makeClient(url).client, { namespace }),
      await opened(url, { namespace }),
    ]
    const [first, second] = [await insert(one), await insert(other)]
    expect(await other.read([first.key], deadline())).toEqual([first])
    expect(await one.read([second.key], deadline())).toEqual([second])
  })

  test('works after close(), on the same connection', async () => {
    const { proxy, url } = await disturbed()
    const { client, use } = makeClient(url)
    await use()
    const repository = await opened(client)
    await insert(repository)
    await repository.close()
    await use()
    expect(proxy.accepted).toBe(1)
  })

  test('stays open when close() rejects a pending call', async () => {
    const { proxy, url } = await disturbed()
    const { client, use } = makeClient(url)
    const repository = await opened(client)
    await proxy.set({ type: 'held-reply' })
    const read = expect(repository.read([key()], deadline())).rejects
    await proxy.until(({ heldBack }) => heldBack > 0)
    await repository.close()
    await read.toMatchObject({ code: 'TOKENWARD_CLOSED' })
    await proxy.heal()
    await use()
    expect(proxy.accepted).toBe(1)
  })

  test('can be used by two repositories', async () => {
    const { client } = makeClient(inject('memcached'))
    const [one, other] = [await opened(client), await opened(client)]
    const [first, second] = [await insert(one), await insert(other)]
    expect(await one.read([first.key], deadline())).toEqual([first])
    await one.close()
    expect(await other.read([second.key], deadline())).toEqual([second])
  })
})

const refusedServers = { code: 'TOKENWARD_INVALID_INPUT', path: 'servers' }

describe('memcached() refuses with help', () => {
  const server = 'localhost:11211'
  const refused = (servers: unknown, help: RegExp) => {
    const error = { ...refusedServers, message: expect.stringMatching(help) }
    expect(() => memcached(servers as Servers)).toThrow(expect.objectContaining(error))
  }

  test.each<[string, Memcached.options]>([
    ['failures', {}],
    ['failures', { ...MEMCACHED_SETTINGS, failures: Number.POSITIVE_INFINITY }],
    ['retry', { ...MEMCACHED_SETTINGS, retry: 30_000 }],
    ['retries', { ...MEMCACHED_SETTINGS, retries: 5 }],
    ['timeout', { ...MEMCACHED_SETTINGS, timeout: 60_000 }],
    ['remove', { ...MEMCACHED_SETTINGS, remove: true }],
  ])('a client of memcached by its %s', (name, settings) => {
    refused(new Memcached(server, settings), new RegExp(`'${name}'.*MEMCACHED_SETTINGS`))
  })

  test('a client of memcache-client without a connect time-out', () => {
    refused(new MemcacheClient({ server }), /'connectTimeout'.*MEMCACHE_CLIENT_SETTINGS/)
  })

  test.each<ConstructorParameters<typeof MemcacheClient>[0]['server']>([
    { server, maxConnections: 2 },
    { servers: [{ server }, { server: 'localhost:11212' }] },
  ])('a client of memcache-client for %j', (several) => {
    const client = new MemcacheClient({ server: several, ...MEMCACHE_CLIENT_SETTINGS })
    refused(client, /one client for each server/)
  })

  test.each<[string, unknown, RegExp]>([
    ['an empty object', {}, /must be a client of memcached/],
    ['null', null, /must be memcached:/],
    ['a number', 7, /must be memcached:/],
    ['an empty list', [], /each server once/],
    ['a look-alike', { getMulti: () => 0, end: () => 0 }, /must be a client of memcached/],
    ['a look-alike of memcache-client', { xsend: 7 }, /must be a client of memcache-client/],
    ['the class', Memcached, /must be memcached:/],
    ['a promise', Promise.resolve(new Memcached(server, MEMCACHED_SETTINGS)), /await it/],
    ['a URL object', new URL('memcached://localhost'), /must be a client of memcached/],
  ])('%s in place of a client', (_, other, help) => {
    refused(other, help)
  })

  test('clients and URLs in one list', () => {
    refused([server, new Memcached(server, MEMCACHED_SETTINGS)], /./)
  })

  test('two clients of one server', () => {
    const made = () => new Memcached(server, MEMCACHED_SETTINGS)
    refused([made(), made()], /each server once/)
  })
})
