import { connect } from 'node:net'
import type { RunningServer } from './handle.ts'
import type { StartOptions } from './options.ts'
import { type RedisProcess, RedisProcesses, until } from './redis-processes.ts'
import { tcpRequest } from './servers/tcp-request.ts'

const SLOTS = 16_384

export interface RedisCluster {
  /** The URL of the first node. A client discovers the others. */
  readonly url: string
  readonly server: RunningServer
  readonly primaries: readonly RedisProcess[]
  /** The replica of each primary, where they were asked for. */
  readonly replicas: readonly RedisProcess[]
  /** Resolves when every node knows all others and all slots are served. */
  whole(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts a Redis Cluster.
 * @param size the number of primaries
 * @param withReplicas whether each has a replica, which is promoted when its primary is down
 */
export async function startRedisCluster(
  size: number,
  { version, settings = {} }: StartOptions = {},
  withReplicas = false,
): Promise<RedisCluster> {
  const count = withReplicas ? 2 * size : size
  const processes = await RedisProcesses.create(version, count)
  try {
    const clusterSettings = { 'cluster-enabled': 'yes', 'cluster-announce-ip': '127.0.0.1' }
    const nodes = await Promise.all(
      Array.from({ length: count }, () => processes.start({ ...clusterSettings, ...settings })),
    )
    const [first] = nodes
    const primaries = nodes.slice(0, size)
    const replicas = nodes.slice(size)
    await Promise.all(nodes.map((node, n) => configure(node, n, size)))
    // A node has its epoch before it knows any other node.
    const meet = `CLUSTER MEET 127.0.0.1 ${first?.port ?? 0}`
    await Promise.all(nodes.slice(1).map(({ port }) => sendCommand(port, meet)))
    const whole = async () => {
      await until(() => Promise.all(nodes.map((node) => assertReady(node, count))))
    }
    await whole()
    for (const [n, replica] of replicas.entries()) await replicate(replica, primaries[n]?.port ?? 0)
    const url = first?.url ?? ''
    const server = await processes.describe(url)
    return { url, server, primaries, replicas, whole, stop: processes.stop }
  } catch (error) {
    await processes.stop()
    throw error
  }
}

async function configure({ port }: RedisProcess, n: number, size: number): Promise<void> {
  const bound = (part: number) => Math.floor((SLOTS * part) / size)
  if (n < size) await sendCommand(port, `CLUSTER ADDSLOTSRANGE ${bound(n)} ${bound(n + 1) - 1}`)
  await sendCommand(port, `CLUSTER SET-CONFIG-EPOCH ${n + 1}`)
}

/** Resolves once the replica has the data of the primary. */
async function replicate(replica: RedisProcess, primary: number): Promise<void> {
  const id = await tcpRequest(connect(primary, '127.0.0.1'), 'CLUSTER MYID\r\n', /\r\n\w+\r\n/)
  const command = `CLUSTER REPLICATE ${id.split('\r\n')[1]}`
  await until(() => sendCommand(replica.port, command))
  await until(async () => {
    const reply = await tcpRequest(
      connect(replica.port, '127.0.0.1'),
      'INFO replication\r\n',
      /\r\n\r\n/,
    )
    if (!reply.includes('master_link_status:up')) throw new Error(`it is not in sync\n${reply}`)
  })
}

async function assertReady({ port }: RedisProcess, size: number): Promise<void> {
  const reply = await tcpRequest(connect(port, '127.0.0.1'), 'CLUSTER INFO\r\n', /\r\n\r\n/)
  const isReady =
    reply.includes('cluster_state:ok') && reply.includes(`cluster_known_nodes:${size}\r`)
  if (!isReady) throw new Error(`the cluster is not ready\n${reply}`)
}

async function sendCommand(port: number, command: string): Promise<void> {
  const reply = await tcpRequest(connect(port, '127.0.0.1'), `${command}\r\n`, /\r\n/)
  if (!reply.startsWith('+OK')) throw new Error(`${command}: ${reply}`)
}
