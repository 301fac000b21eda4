import { type RedisProcess, startRedisCluster, startRedisSentinel } from '@tokenward/testbed'
import { Redis } from 'ioredis'
import { type FailoverGroup, onlyOnce } from './group.ts'
import { until } from './until.ts'

const DURABLE = { appendonly: 'yes', appendfsync: 'always' }
const SENTINELS = 3

export async function startSentinels(): Promise<FailoverGroup> {
  const { name, sentinels, server, primary, replica, stop } = await startRedisSentinel(
    { version: '7', settings: DURABLE },
    SENTINELS,
  )
  const nodes = [primary, replica]
  const [{ port: first } = { port: 0 }] = sentinels
  const addresses = sentinels.map(({ host, port }) => `${host}:${port}`).join()
  return groupOf(nodes, {
    url: `sentinel://${addresses}/${name}`,
    primaryUrl: (node) => node.url,
    server,
    stop,
    current: async () => {
      const reply = await ask(first, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)
      return nodeAt(nodes, Number((reply as string[])[1]))
    },
  })
}

/** How long a node may be silent before its replica takes over. */
const NODE_TIMEOUT_MS = '1000'

/** Only one of the three primaries fails: the node that a client is given first must answer. */
export async function startCluster(): Promise<FailoverGroup> {
  const settings = { ...DURABLE, 'cluster-node-timeout': NODE_TIMEOUT_MS }
  const { url, server, primaries, replicas, stop } = await startRedisCluster(
    3,
    { version: '7', settings },
    true,
  )
  const nodes = [primaries[1], replicas[1]].filter((node) => node !== undefined)
  return groupOf(nodes, {
    url,
    // A client of a cluster finds every node.
    primaryUrl: () => url,
    server,
    stop,
    current: async () => {
      const seen = String(await ask(primaries[0]?.port ?? 0, 'CLUSTER', 'NODES'))
      const line = seen
        .split('\n')
        .find(
          (each) =>
            / (myself,)?master - /.test(each) &&
            nodes.some((node) => each.includes(`:${node.port}@`)),
        )
      return nodeAt(nodes, Number(/:(\d+)@/.exec(line ?? '')?.[1]))
    },
  })
}

interface Described {
  readonly url: string
  readonly server: FailoverGroup['handle']['server']
  primaryUrl(node: RedisProcess): string
  stop(): Promise<void>
  /** The primary, as the others see it. */
  current(): Promise<RedisProcess>
}

function groupOf(
  nodes: readonly RedisProcess[],
  { url, server, primaryUrl, stop, current }: Described,
): FailoverGroup {
  const other = (node: RedisProcess) => nodes.find((each) => each !== node) as RedisProcess
  const takeOver = async (end: (old: RedisProcess) => Promise<void>): Promise<RedisProcess> => {
    const old = await until(current)
    await end(old)
    await until(async () => {
      if ((await current()) !== other(old)) throw new Error('the replica was not promoted')
      const role = (await ask(other(old).port, 'ROLE')) as readonly unknown[]
      if (role[0] !== 'master') throw new Error('the replica is not the primary yet')
    })
    return old
  }
  const failover = async (killed?: () => Promise<void>) => {
    const old = await takeOver(async (each) => {
      await each.kill()
      await killed?.()
    })
    await old.start()
  }
  return {
    handle: {
      url,
      server,
      stop,
      async failover() {
        await until(async () => assertFollowed(await current()))
        await failover()
      },
      primary: async () => primaryUrl(await until(current)),
      async depose() {
        await until(async () => assertFollowed(await current()))
        const old = await takeOver((each) => each.pause())
        return onlyOnce(() => old.resume())
      },
    },
    failover,
    async hold() {
      const primary = await until(current)
      await until(() => assertFollowed(primary))
      const held = other(primary)
      await held.pause()
      await ask(primary.port, 'CLIENT', 'KILL', 'TYPE', 'REPLICA')
      return () => held.resume()
    },
  }
}

async function assertFollowed({ port }: RedisProcess): Promise<void> {
  const info = String(await ask(port, 'INFO', 'replication'))
  if (!info.includes('state=online')) throw new Error('the primary has no replica that is online')
}

function nodeAt(nodes: readonly RedisProcess[], port: number): RedisProcess {
  const found = nodes.find((node) => node.port === port)
  if (!found) throw new Error(`no node at port ${port} is the primary`)
  return found
}

async function ask(port: number, command: string, ...args: readonly string[]): Promise<unknown> {
  const client = new Redis({
    port,
    lazyConnect: true,
    connectTimeout: 1_000,
    commandTimeout: 1_000,
    maxRetriesPerRequest: 0,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await client.call(command, ...args)
  } finally {
    client.disconnect()
  }
}
