import { FaultProxy } from '@tokenward/conformance/harness'
import { type RedisCluster, type RedisProcess, startRedisCluster } from '@tokenward/testbed'
import { Cluster, Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { RUNNING } from '../src/limits.ts'
import { asAdministrator } from './administrator.ts'
import { DURABLE } from './server.ts'
import {
  client,
  connect,
  isTheirs,
  key,
  prepared,
  record,
  scattered,
  soon,
  watched,
} from './support.ts'

/** So long the tests here let a call wait that is not to be answered. */
const DEADLINE_MS = 500

describe.skipIf(isTheirs)('a cluster of three primaries', () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startRedisCluster(3, { version: '7', settings: DURABLE })
  })
  afterAll(() => cluster.stop())

  function lent(): Cluster {
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
      soon(),
    )
    const onEach = await Promise.all(
      cluster.primaries.map(async ({ url }) => {
        const names = await asAdministrator(url, (node) => node.keys(`tokenward:{${namespace}:*`))
        return all.filter(({ key }) => names.some((name) => name.endsWith(key)))
      }),
    )
    return { namespace, repository, all, onEach }
  }

  test('is found by the URL of one of its nodes, and by a Cluster that is lent', async () => {
    const { namespace, all, onEach } = await oneOnEach()
    expect(onEach.map((records) => records.length > 0)).toEqual([true, true, true])
    const client = lent()
    await client.get('anything')
    const before = client.eventNames().map((name) => [name, client.listeners(name).length])
    const repository = connect(client, { namespace })
    expect(await repository.open()).toEqual([])
    const keys = all.map(({ key }) => key).toReversed()
    expect(await repository.read([...keys, key(1)], soon())).toEqual([...all.toReversed(), null])
    await repository.close()
    expect(client.eventNames().map((name) => [name, client.listeners(name).length])).toEqual(before)
    expect(await client.get('anything')).toBeNull()
  })

  test('its connections are quick once it is open', async () => {
    const { lent: client, copies } = watched(lent())
    await connect(client).open()
    const nodes = copies.flatMap((copy) => copy.nodes())
    expect(nodes.length).toBeGreaterThanOrEqual(3)
    const { slotsRefreshTimeout, ...quick } = RUNNING
    for (const { options } of nodes) expect(options).toMatchObject(quick)
    expect(copies[0]?.options).toMatchObject({ slotsRefreshTimeout })
  })

  test('has database 0 alone', async () => {
    const url = Object.assign(new URL(cluster.url), { pathname: '/1' }).href
    await expect(connect(url).open()).rejects.toThrow('cannot be selected')
  })

  test('keys that hold no string are corrupt records on it too', async () => {
    const { namespace, repository, all, onEach } = await oneOnEach()
    const [broken] = onEach[1] ?? []
    if (!broken) throw new Error('nothing is on that node')
    const name = `tokenward:{${namespace}:${broken.key.slice(0, 2)}}:${broken.key}`
    await asAdministrator(cluster.primaries[1]?.url ?? '', async (node) => {
      await node.del(name)
      await node.rpush(name, 'a')
    })
    const found = await repository.read(
      all.map(({ key }) => key),
      soon(),
    )
    const corrupt = found.filter((record) => record?.kind === 'corrupt')
    expect(corrupt).toMatchObject([{ key: broken.key }])
    const next = record(1, { key: broken.key })
    const write = [{ record: next, expected: corrupt[0]?.etag ?? '' }]
    expect(await repository.write(write, soon())).toEqual([true])
  })

  test('the driver repeats nothing that a node may have done', async () => {
    const { namespace, repository: direct, onEach } = await oneOnEach()
    const [{ port }] = cluster.primaries as [RedisProcess]
    const proxy = await FaultProxy.start({ host: '127.0.0.1', port })
    onTestFinished(() => proxy.close())
    const { address } = proxy
    const disturbed = new Cluster([address], { natMap: { [`127.0.0.1:${port}`]: address } })
    onTestFinished(() => disturbed.disconnect())
    const repository = connect(disturbed, { namespace })
    await repository.open()
    const stands = onEach[0]?.[0] ?? record(1)
    const next = record(1, { key: stands.key })
    expect(await repository.read([stands.key], soon())).toEqual([stands])
    await proxy.set({ type: 'reset-after-send', times: 1 })
    const write = repository.write([{ record: next, expected: stands.etag }], soon())
    await expect(write).rejects.toBeInstanceOf(Error)
    expect(await direct.read([stands.key], soon())).toEqual([next])
    expect(await repository.read([stands.key], soon())).toEqual([next])
  })

  test('a lent Redis that leads to one node of it is told so', async () => {
    const single = new Redis(cluster.url)
    onTestFinished(() => single.disconnect())
    await expect(connect(single).open()).rejects.toThrow('lend a Cluster')
  })

  test('a hint is heard whichever node it comes from', async () => {
    const namespace = crypto.randomUUID()
    const [watcher, writer] = [
      await prepared(cluster.url, { namespace }),
      await prepared(cluster.url, { namespace }),
    ]
    const keys = Array.from({ length: 64 }, (_, n) => scattered(n * 4))
    const left = new Set(keys)
    const heard = Promise.withResolvers<void>()
    const stop = await watcher.watch((key) => {
      left.delete(key)
      if (left.size === 0) heard.resolve()
    })
    const writes = keys.map((key, n) => ({ record: record(n, { key }), expected: null }))
    await writer.write(writes, soon())
    await heard.promise
    await stop()
  })

  test('the settings of every node count', async () => {
    const last = client(cluster.primaries[2]?.url)
    await last.config('SET', 'appendfsync', 'everysec')
    expect(await connect(cluster.url).open()).toMatchObject([{ code: 'writes-not-synced' }])
    await last.config('SET', 'appendfsync', 'always')
    expect(await connect(cluster.url).open()).toEqual([])
  })

  test.each<[string, (node: RedisProcess) => Promise<void>, (node: RedisProcess) => Promise<void>]>(
    [
      ['killed', (node) => node.kill(), (node) => node.start()],
      ['silent', (node) => node.pause(), (node) => node.resume()],
    ],
  )('one node that is %s keeps nobody waiting, and is used again', async (_, fell, heal) => {
    const { repository, onEach } = await oneOnEach()
    const node = cluster.primaries[1] as RedisProcess
    const [first, second] = onEach.map((records) => records[0])
    if (!first || !second) throw new Error('nothing is on that node')
    const ask = (key: string, deadline: number) =>
      repository.read([key], AbortSignal.timeout(deadline)).then(
        ([found]) => found ?? 'absent',
        () => 'rejected',
      )
    await fell(node)
    onTestFinished(() => cluster.whole())
    expect(await ask(second.key, DEADLINE_MS), 'of the node that is gone').toBe('rejected')
    expect(await ask(first.key, 60_000), 'of another node').toEqual(first)
    const next = record(1, { key: second.key })
    const write = [{ record: next, expected: second.etag }]
    const written = repository.write(write, AbortSignal.timeout(DEADLINE_MS))
    await expect(written).rejects.toBeDefined()
    await heal(node)
    await cluster.whole()
    const isOver = soon()
    while (!isOver.aborted && (await ask(second.key, DEADLINE_MS)) === 'rejected');
    // It may have happened, or happen as soon as the node speaks again; once, or not at all.
    expect(await repository.write(write, soon())).toEqual([true])
  })

  test('slots that move under load take their records along, and nothing happens twice', async () => {
    const { namespace, repository, onEach } = await oneOnEach()
    const [from, to] = cluster.primaries as [RedisProcess, RedisProcess]
    const moving = onEach[0]?.[0]
    if (!moving) throw new Error('nothing is on the first node')
    const tag = `{${namespace}:${moving.key.slice(0, 2)}}`
    let stands = moving
    let [isOver, rounds] = [false, 0]
    const load = async () => {
      for (; !isOver; rounds++) {
        const next = record(1, { key: moving.key })
        const [done] = await repository.write([{ record: next, expected: stands.etag }], soon())
        expect(done).toBe(true)
        stands = next
        expect(await repository.read([moving.key], soon())).toEqual([stands])
      }
    }
    const loading = load()
    await moveSlot(from, to, tag)
    await asAdministrator(to.url, (node) => node.ping())
    const atEnd = rounds
    while (rounds < atEnd + 3) await new Promise((go) => setTimeout(go, 1))
    isOver = true
    await loading
    expect(await repository.read([moving.key], soon())).toEqual([stands])
    await moveSlot(to, from, tag)
    expect(await repository.read([moving.key], soon())).toEqual([stands])
  })
})

/** As redis-cli reshards: both nodes know, the keys go over one by one, then all know. */
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
