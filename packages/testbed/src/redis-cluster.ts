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
  /** Resolves when every node knows all others and all slots are served. */
  whole(): Promise<void>
  stop(): Promise<void>
}

/** Starts a Redis Cluster without replicas. @param size the number of primaries */
export async function startRedisCluster(
  size: number,
  { version, settings = {} }: StartOptions = {},
): Promise<RedisCluster> {
  const processes = await RedisProcesses.create(version, size)
  try {
    const clusterSettings = { 'cluster-enabled': 'yes', 'cluster-announce-ip': '127.0.0.1' }
    const primaries = await Promise.all(
      Array.from({ length: size }, () => processes.start({ ...clusterSettings, ...settings })),
    )
    const [first] = primaries
    await Promise.all(primaries.map((node, n) => join(node, n, size, first?.port ?? 0)))
    const whole = async () => {
      await until(() => Promise.all(primaries.map((node) => assertReady(node, size))))
    }
    await whole()
    const url = first?.url ?? ''
    const server = await processes.describe(url)
    return { url, server, primaries, whole, stop: processes.stop }
  } catch (error) {
    await processes.stop()
    throw error
  }
}

async function join({ port }: RedisProcess, n: number, size: number, first: number): Promise<void> {
  const bound = (part: number) => Math.floor((SLOTS * part) / size)
  await sendCommand(port, `CLUSTER ADDSLOTSRANGE ${bound(n)} ${bound(n + 1) - 1}`)
  await sendCommand(port, `CLUSTER SET-CONFIG-EPOCH ${n + 1}`)
  if (n > 0) await sendCommand(port, `CLUSTER MEET 127.0.0.1 ${first}`)
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
