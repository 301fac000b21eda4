import { MemcacheClient } from 'memcache-client'
import Memcached from 'memcached'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import {
  MEMCACHE_CLIENT_SETTINGS,
  MEMCACHED_SETTINGS,
  memcached,
  type Servers,
} from '../src/index.ts'
import { lend } from './lend.ts'
import { disturbed, drivers, insert, key, opened, soon } from './support.ts'

describe.each(drivers)('a client of %s', (driver) => {
  const lent = (url: string) => {
    const made = lend(url, driver)
    onTestFinished(() => made.end())
    return made
  }

  test('reads what a URL wrote, and the other way round', async () => {
    const url = inject('memcached')
    const namespace = key()
    const [one, other] = [
      await opened(lent(url).client, { namespace }),
      await opened(url, { namespace }),
    ]
    const [first, second] = [await insert(one), await insert(other)]
    expect(await other.read([first.key], soon())).toEqual([first])
    expect(await one.read([second.key], soon())).toEqual([second])
  })

  test('works on, by the same connection, after close()', async () => {
    const { proxy, url } = await disturbed()
    const { client, use } = lent(url)
    await use()
    const repository = await opened(client)
    await insert(repository)
    await repository.close()
    await use()
    expect(proxy.accepted).toBe(1)
  })

  test('is left alone when a call is under way at close()', async () => {
    const { proxy, url } = await disturbed()
    const { client, use } = lent(url)
    const repository = await opened(client)
    await proxy.set({ type: 'held-reply' })
    const read = expect(repository.read([key()], soon())).rejects
    await proxy.until(({ heldBack }) => heldBack > 0)
    await repository.close()
    await read.toMatchObject({ code: 'TOKENWARD_CLOSED' })
    await proxy.heal()
    await use()
    expect(proxy.accepted).toBe(1)
  })

  test('serves two repositories at once', async () => {
    const { client } = lent(inject('memcached'))
    const [one, other] = [await opened(client), await opened(client)]
    const [first, second] = [await insert(one), await insert(other)]
    expect(await one.read([first.key], soon())).toEqual([first])
    await one.close()
    expect(await other.read([second.key], soon())).toEqual([second])
  })
})

const refusedServers = { code: 'TOKENWARD_INVALID_INPUT', path: 'servers' }

describe('the factory refuses, with what to do', () => {
  const server = 'localhost:11211'
  const refused = (servers: unknown, advice: RegExp) => {
    const error = { ...refusedServers, message: expect.stringMatching(advice) }
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

  test('a client of memcache-client that waits for ever', () => {
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
    ['an empty object', {}, /no client of memcached/],
    ['null', null, /must be memcached:/],
    ['a number', 7, /must be memcached:/],
    ['an empty list', [], /each server once/],
    ['a look-alike', { getMulti: () => 0, end: () => 0 }, /no client of memcached/],
    ['a look-alike of memcache-client', { xsend: 7 }, /no client of memcache-client/],
    ['the class', Memcached, /must be memcached:/],
    ['a promise', Promise.resolve(new Memcached(server, MEMCACHED_SETTINGS)), /await it/],
    ['a URL object', new URL('memcached://localhost'), /no client of memcached/],
  ])('what is no client: %s', (_, other, advice) => {
    refused(other, advice)
  })

  test('clients and URLs in one list', () => {
    refused([server, new Memcached(server, MEMCACHED_SETTINGS)], /./)
  })

  test('clients that lead to one server', () => {
    const made = () => new Memcached(server, MEMCACHED_SETTINGS)
    refused([made(), made()], /each server once/)
  })
})
