import { setTimeout as pause } from 'node:timers/promises'
import { createTokenward, generateKeys, type Login, type Tokenward } from '@tokenward/core'
import { startRing } from '@tokenward/testbed'
import Memcached from 'memcached'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { MEMCACHED_SETTINGS, memcached } from '../src/index.ts'
import { lend } from './lend.ts'
import { connect, disturbed, drivers, insert, key, opened, soon } from './support.ts'

type Running = Awaited<ReturnType<typeof startRing>>

let ring: Running
beforeAll(async () => {
  ring = await startRing(3)
})
afterAll(() => ring.stop())

const keys = await generateKeys()

async function instanceOn(servers: string, options: Parameters<typeof memcached>[1]) {
  const repository = memcached(servers, { namespace: 'ring', ...options })
  const instance = await createTokenward({
    issuer: 'https://ring.example',
    keys,
    repository,
    // More than a busy machine needs.
    deadline: '3s',
  })
  onTestFinished(() => instance.close())
  return instance
}

/** Enough that every member has a record of some. */
const USERS = Array.from({ length: 12 }, (_, i) => `user ${i}`)

async function issueAll(instance: Tokenward): Promise<Map<string, Login>> {
  const logins = USERS.map(async (subject) => {
    return [subject, await instance.issue({ subject, client: 'web' })] as const
  })
  return new Map(await Promise.all(logins))
}

describe.each(drivers)('a ring by %s', (client) => {
  test('all members have a part, and are read as one', async () => {
    const repository = await opened(ring.url, { client })
    const stored = await Promise.all(Array.from({ length: 60 }, () => insert(repository)))
    expect(
      await repository.read(
        stored.map((each) => each.key),
        soon(),
      ),
    ).toEqual(stored)
    const write = stored.map((each) => ({ record: { ...each, etag: 'new' }, expected: each.etag }))
    expect(await repository.write(write, soon())).toEqual(stored.map(() => true))
  })

  test('with a member more or less it is an empty world', async () => {
    const namespace = key()
    const repository = await opened(ring.url, { client, namespace })
    const stored = await Promise.all(Array.from({ length: 30 }, () => insert(repository)))
    const fewer = ring.members.slice(1).map(({ url }) => url)
    const other = await opened(fewer, { client, namespace })
    const found = await other.read(
      stored.map((each) => each.key),
      soon(),
    )
    expect(found.filter((each) => each !== null)).toEqual([])
  })

  test('is the same whoever lists it, lends it, and in whatever order', async () => {
    const namespace = key()
    const servers = ring.members.map(({ url }) => new URL(url).host)
    const memcachedClient = new Memcached(servers, MEMCACHED_SETTINGS)
    const several = servers.map((server) => lend(`memcached://${server}`, 'memcache-client'))
    onTestFinished(async () => {
      memcachedClient.end()
      for (const { end } of several) await end()
    })
    const repository = await opened(ring.url, { client, namespace })
    const stored = await Promise.all(Array.from({ length: 30 }, () => insert(repository)))
    const lent = several.map((each) => each.client)
    for (const same of [servers.toReversed(), memcachedClient, lent]) {
      const other = await opened(same, { client, namespace })
      expect(
        await other.read(
          stored.map((each) => each.key),
          soon(),
        ),
      ).toEqual(stored)
    }
  })

  // One that dies or falls silent, and comes back: `dead-ring-member`.
  test.each([
    { type: 'refuse' },
    { type: 'black-hole' },
    { type: 'half-reply' },
    { type: 'reset-after-send' },
    { type: 'late-reply', ms: 1_300 },
    { type: 'held-reply' },
  ] as const)(
    '$is before one member: nothing is accepted, and all is well after the heal',
    async (fault) => {
      const [first, ...others] = ring.members
      const { proxy, url } = await disturbed(first?.url)
      const servers = [url, ...others.map((member) => member.url)]
        .join()
        .replaceAll('memcached://', '')
      const instance = await instanceOn(servers, { client, ring: 'disturbed', namespace: key() })
      const gone = await instance.issue({ subject: 'gone', client: 'web' })
      await instance.revoke({ subject: 'gone' })
      const logins = await issueAll(instance)
      await proxy.set(fault)
      const crowd = [...logins.values(), gone].map(({ accessToken }) =>
        settled(instance.verify(accessToken)),
      )
      const outcomes = await Promise.all(crowd)
      expect(outcomes.at(-1)).not.toMatchObject({ active: true })
      await Promise.all(USERS.map((subject) => settled(instance.revoke({ subject }))))
      await proxy.heal()
      await well(instance)
      for (const subject of USERS) await instance.revoke({ subject })
      for (const { accessToken } of logins.values()) {
        expect((await instance.verify(accessToken)).active).toBe(false)
      }
    },
  )
})

test('open() rejects when a member is away', async () => {
  const repository = connect([...ring.members.map(({ url }) => url), '127.0.0.1:1'])
  await expect(repository.open()).rejects.toThrow('start the server')
})

/** Whatever becomes of it; that it ends in time is a case of the suite. */
async function settled<T>(call: Promise<T>): Promise<T | 'failed'> {
  return call.catch((error) => {
    expect(error).toMatchObject({ retryable: true })
    return 'failed' as const
  })
}

async function well(instance: Tokenward): Promise<void> {
  while (!(await instance.health()).ok) await pause(50)
}
