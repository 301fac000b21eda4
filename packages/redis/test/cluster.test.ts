import { FaultProxy } from '@tokenward/conformance/harness'
import { type RedisCluster, type RedisProcess, startRedisCluster } from '@tokenward/testbed'
import { Cluster, Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { CALL_TIMEOUTS } from '../src/driver-options.ts'
import { shardOf } from '../src/keys.ts'
import { asAdministrator } from './administrator.ts'
import { DURABLE } from './server.ts'
import {
  client,
  connect,
  deadline,
  isExternalServer,
  key,
  prepared,
  record,
  scattered,
  watched,
} from './support.ts'

/** For calls that must not get a reply. */
const SHORT_DEADLINE_MS = 500

describe.skipIf(isExternalServer)('a cluster of three primaries', () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startRedisCluster(3, { version: '7', settings: DURABLE })
  })
  afterAll(() => cluster.stop())

  function clusterClient(): Cluster {
    const made = new Cluster(cluster.primaries.map(({ port }) => ({ host: '127.0.0.1', port })))
    onTestFinished(() => made.disconnect())
    return made
  }

  /** A record on each of the nodes, in their order. */
  async function oneOnEach() {
    const namespace = crypto.randomUUID()
    const repository = await prepared(cluster.url, { namespace })
    const all = Array.from({ length: 64 }, (_, n) => record(n, { key: scattered(n * 4) }))
    await repository.write(
      all.map((record) => ({ record, expected: null })),
      deadline(),
    )
    const onEach = await Promise.all(
      cluster.primaries.map(async ({ url }) => {
        const names = await asAdministrator(url, (node) => node.keys(`tokenward:{${namespace}:*`))
        return all.filter(({ key }) => names.some((name) => name.endsWith(key)))
      }),
    )
    return { namespace, repository, all, onEach }
  }

  test('is found by the URL of one of its nodes, and by a caller-owned Cluster', async () => {
    const { namespace, all, onEach } = await oneOnEach()
    expect(onEach.map((records) => records.length > 0)).toEqual([true, true, true])
    const client = clusterClient()
    await client.get('anything')
    const before = client.eventNames().map((name) => [name, client.listeners(name).length])
    const repository = connect(client, { namespace })
    expect(await repository.open()).toEqual([])
    const keys = all.map(({ key }) => key).toReversed()
    expect(await repository.read([...keys, key(1)], deadline())).toEqual([
      ...all.toReversed(),
      null,
    ])
    await repository.close()
    expect(client.eventNames().map((name) => [name, client.listeners(name).length])).toEqual(before)
    expect(await client.get('anything')).toBeNull()
  })

  test('its connections have short time-outs once it is open', async () => {
    const { callerClient: client, copies } = watched(clusterClient())
    await connect(client).open()
    const nodes = copies.flatMap((copy) => copy.nodes())
    expect(nodes.length).toBeGreaterThanOrEqual(3)
    const { slotsRefreshTimeout, ...timeouts } = CALL_TIMEOUTS
    for (const { options } of nodes) expect(options).toMatchObject(timeouts)
    expect(copies[0]?.options).toMatchObject({ slotsRefreshTimeout })
  })

  test('has database 0 alone', async () => {
    const url = Object.assign(new URL(cluster.url), { pathname: '/1' }).href
    await expect(connect(url).open()).rejects.toThrow('cannot be selected')
  })

  test('a key that does not hold a string is a corrupt record', async () => {
    const { namespace, repository, all, onEach } = await oneOnEach()
    const [broken] = onEach[1] ?? []
    if (!broken) throw new Error('nothing is on that node')
    const name = `tokenward:{${namespace}:${shardOf(broken.key)}}:${broken.key}`
    await asAdministrator(cluster.primaries[1]?.url ?? '', async (node) => {
      await node.del(name)
      await node.rpush(name, 'a')
    })
    const found = await repository.read(
      all.map(({ key }) => key),
      deadline(),
    )
    const corrupt = found.filter((record) => record?.kind === 'corrupt')
    expect(corrupt).toMatchObject([{ key: broken.key }])
    const next = record(1, { key: broken.key })
    const write = [{ record: next, expected: corrupt[0]?.etag ?? '' }]
    expect(await repository.write(write, deadline())).toEqual([true])
  })

  test('the driver does not repeat a command that a node may have run', async () => {
    const { namespace, repository: direct, onEach } = await oneOnEach()
    const [{ port }] = cluster.primaries as [RedisProcess]
    const proxy = await FaultProxy.start({ host: '127.0.0.1', port })
    onTestFinished(() => proxy.close())
    const { address } = proxy
    const disturbed = new Cluster([address], { natMap: { [`127.0.0.1:${port}`]: address } })
    onTestFinished(() => disturbed.disconnect())
    const repository = connect(disturbed, { namespace })
    await repository.open()
    const stored = onEach[0]?.[0] ?? record(1)
    const next = record(1, { key: stored.key })
    expect(await repository.read([stored.key], deadline())).toEqual([stored])
    await proxy.set({ type: 'reset-after-send', times: 1 })
    const write = repository.write([{ record: next, expected: stored.etag }], deadline())
    await expect(write).rejects.toBeInstanceOf(Error)
    expect(await direct.read([stored.key], deadline())).toEqual([next])
    expect(await repository.read([stored.key], deadline())).toEqual([next])
  })

  test('a caller-owned Redis that leads to one node of it is refused', async () => {
    const single = new Redis(cluster.url)
    onTestFinished(() => single.disconnect())
    await expect(connect(single).open()).rejects.toThrow('or a Cluster of ioredis')
  })

  test('changes on every node are notified', async () => {
    const namespace = crypto.randomUUID()
    const [watcher, writer] = [
      await prepared(cluster.url, { namespace }),
      await prepared(cluster.url, { namespace }),
    ]
    const keys = Array.from({ length: 64 }, (_, n) => scattered(n * 4))
    const left = new Set(keys)
    const allReceived = Promise.withResolvers<void>()
    const stop = await watcher.watch((key) => {
      left.delete(key)
      if (left.size === 0) allReceived.resolve()
    })
    const writes = keys.map((key, n) => ({ record: record(n, { key }), expected: null }))
    await writer.write(writes, deadline())
    await allReceived.promise
    await stop()
  })

  test('the settings of every node are read', async () => {
    const last = client(cluster.primaries[2]?.url)
    await last.config('SET', 'appendfsync', 'everysec')
    expect(await connect(cluster.url).open()).toMatchObject([{ code: 'appendfsync-not-always' }])
    await last.config('SET', 'appendfsync', 'always')
    expect(await connect(cluster.url).open()).toEqual([])
  })

  test.each<[string, (node: RedisProcess) => Promise<void>, (node: RedisProcess) => Promise<void>]>(
    [
      ['killed', (node) => node.kill(), (node) => node.start()],
      ['silent', (node) => node.pause(), (node) => node.resume()],
    ],
  )(
    'calls to a node that is %s reject at their deadline, and work again afterwards',
    async (_, fell, heal) => {
      const { repository, onEach } = await oneOnEach()
      const node = cluster.primaries[1] as RedisProcess
      const [first, second] = onEach.map((records) => records[0])
      if (!first || !second) throw new Error('nothing is on that node')
      const read = (key: string, deadlineMs: number) =>
        repository.read([key], AbortSignal.timeout(deadlineMs)).then(
          ([found]) => found ?? 'absent',
          () => 'rejected',
        )
      await fell(node)
      onTestFinished(() => cluster.whole())
      expect(await read(second.key, SHORT_DEADLINE_MS), 'of the node that is gone').toBe('rejected')
      expect(await read(first.key, 60_000), 'of another node').toEqual(first)
      const next = record(1, { key: second.key })
      const write = [{ record: next, expected: second.etag }]
      const written = repository.write(write, AbortSignal.timeout(SHORT_DEADLINE_MS))
      await expect(written).rejects.toBeDefined()
      await heal(node)
      await cluster.whole()
      const isOver = deadline()
      while (!isOver.aborted && (await read(second.key, SHORT_DEADLINE_MS)) === 'rejected');
      // The write may have happened, or may happen when the node replies again: once, or not at all.
      expect(await repository.write(write, deadline())).toEqual([true])
    },
  )

  test('slots that move under load keep their records, and no write happens twice', async () => {
    const { namespace, repository, onEach } = await oneOnEach()
    const [from, to] = cluster.primaries as [RedisProcess, RedisProcess]
    const moving = onEach[0]?.[0]
    if (!moving) throw new Error('nothing is on the first node')
    const tag = `{${namespace}:${shardOf(moving.key)}}`
    let stored = moving
    let [isOver, rounds] = [false, 0]
    const load = async () => {
      for (; !isOver; rounds++) {
        const next = record(1, { key: moving.key })
        const [done] = await repository.write([{ record: next, expected: stored.etag }], deadline())
        expect(done).toBe(true)
        stored = next
        expect(await repository.read([moving.key], deadline())).toEqual([stored])
      }
    }
    const loading = load()
    await moveSlot(from, to, tag)
    await asAdministrator(to.url, (node) => node.ping())
    const atEnd = rounds
    while (rounds < atEnd + 3) await new Promise((go) => setTimeout(go, 1))
    isOver = true
    await loading
    expect(await repository.read([moving.key], deadline())).toEqual([stored])
    await moveSlot(to, from, tag)
    expect(await repository.read([moving.key], deadline())).toEqual([stored])
  })
})

/** As redis-cli reshards: announce it to both nodes, move the keys one by one, then announce the owner. */
async function moveSlot(from: RedisProcess, to: RedisProcess, tag: string): Promise<void> {
  await asAdministrator(from.url, (source) =>
    asAdministrator(to.url, async (target) => {
      const slot = await source.cluster('KEYSLOT', tag)
      const [sourceId, targetId] = [await source.cluster('MYID'), await target.cluster('MYID')]
      await target.cluster('SETSLOT', slot, 'IMPORTING', sourceId)
      await source.cluster('SETSLOT', slot, 'MIGRATING', targetId)
      for (;;) {
        const names = await source.cluster('GETKEYSINSLOT', slot, 100)
        if (names.length === 0) break
        for (const name of names) await source.migrate('127.0.0.1', to.port, name, 0, 5_000)
      }
      await target.cluster('SETSLOT', slot, 'NODE', targetId)
      await source.cluster('SETSLOT', slot, 'NODE', targetId)
    }),
  )
}
