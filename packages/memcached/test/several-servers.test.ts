import { setTimeout as pause } from 'node:timers/promises'
import { createTokenward, generateKeys, type Login, type Tokenward } from '@tokenward/core'
import { startRing } from '@tokenward/testbed'
import Memcached from 'memcached'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { MEMCACHED_SETTINGS, memcached } from '../src/index.ts'
import { callerClient } from './caller-client.ts'
import { connect, deadline, disturbed, drivers, insert, key, opened } from './support.ts'

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
    // Enough for a busy machine.
    deadline: '3s',
  })
  onTestFinished(() => instance.close())
  return instance
}

/** Enough users for records on every member. */
const USERS = Array.from({ length: 12 }, (_, i) => `user ${i}`)

async function issueAll(instance: Tokenward): Promise<Map<string, Login>> {
  const logins = USERS.map(async (subject) => {
    return [subject, await instance.issue({ subject, client: 'web' })] as const
  })
  return new Map(await Promise.all(logins))
}

describe.each(drivers)('several servers by %s', (client) => {
  test('a batch is written to and read from all members', async () => {
    const repository = await opened(ring.url, { client })
    const stored = await Promise.all(Array.from({ length: 60 }, () => insert(repository)))
    expect(
      await repository.read(
        stored.map((each) => each.key),
        deadline(),
      ),
    ).toEqual(stored)
    const write = stored.map((each) => ({ record: { ...each, etag: 'new' }, expected: each.etag }))
    expect(await repository.write(write, deadline())).toEqual(stored.map(() => true))
  })

  test('another list of members is an empty store', async () => {
    const namespace = key()
    const repository = await opened(ring.url, { client, namespace })
    const stored = await Promise.all(Array.from({ length: 30 }, () => insert(repository)))
    const fewer = ring.members.slice(1).map(({ url }) => url)
    const other = await opened(fewer, { client, namespace })
    const found = await other.read(
      stored.map((each) => each.key),
      deadline(),
    )
    expect(found.filter((each) => each !== null)).toEqual([])
  })

  test('URLs in any order and caller-owned clients see the same records', async () => {
    const namespace = key()
    const servers = ring.members.map(({ url }) => new URL(url).host)
    const memcachedClient = new Memcached(servers, MEMCACHED_SETTINGS)
    const several = servers.map((server) =>
      callerClient(`memcached://${server}`, 'memcache-client'),
    )
    onTestFinished(async () => {
      memcachedClient.end()
      for (const { end } of several) await end()
    })
    const repository = await opened(ring.url, { client, namespace })
    const stored = await Promise.all(Array.from({ length: 30 }, () => insert(repository)))
    const callerOwned = several.map((each) => each.client)
    for (const same of [servers.toReversed(), memcachedClient, callerOwned]) {
      const other = await opened(same, { client, namespace })
      expect(
        await other.read(
          stored.map((each) => each.key),
          deadline(),
        ),
      ).toEqual(stored)
    }
  })

  // The case `dead-ring-member` of the suite kills and pauses a member.
  test.each([
    { type: 'refuse' },
    { type: 'black-hole' },
    { type: 'half-reply' },
    { type: 'reset-after-send' },
    { type: 'late-reply', ms: 1_300 },
    { type: 'held-reply' },
  ] as const)(
    '$is before one member: no revoked token is accepted, and every call works afterwards',
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
      const verifications = [...logins.values(), gone].map(({ accessToken }) =>
        settled(instance.verify(accessToken)),
      )
      const outcomes = await Promise.all(verifications)
      expect(outcomes.at(-1)).not.toMatchObject({ active: true })
      await Promise.all(USERS.map((subject) => settled(instance.revoke({ subject }))))
      await proxy.heal()
      await untilHealthy(instance)
      for (const subject of USERS) await instance.revoke({ subject })
      for (const { accessToken } of logins.values()) {
        expect((await instance.verify(accessToken)).active).toBe(false)
      }
    },
  )
})

test('open() rejects when a member is unreachable', async () => {
  const repository = connect([...ring.members.map(({ url }) => url), '127.0.0.1:1'])
  await expect(repository.open()).rejects.toThrow('start the server')
})

/** The result of the call or `failed`; the suite checks that calls end in time. */
async function settled<T>(call: Promise<T>): Promise<T | 'failed'> {
  return call.catch((error) => {
    expect(error).toMatchObject({ retryable: true })
    return 'failed' as const
  })
}

async function untilHealthy(instance: Tokenward): Promise<void> {
  while (!(await instance.health()).ok) await pause(50)
}
