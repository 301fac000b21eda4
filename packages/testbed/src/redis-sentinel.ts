import { connect } from 'node:net'
import type { RunningServer } from './handle.ts'
import type { StartOptions } from './options.ts'
import { type RedisProcess, RedisProcesses, until } from './redis-processes.ts'
import { tcpRequest } from './servers/tcp-request.ts'

interface SentinelAddress {
  readonly host: string
  readonly port: number
}

export interface RedisSentinel {
  /** The Sentinel's name for the primary. */
  readonly name: string
  readonly sentinel: SentinelAddress
  readonly sentinels: readonly SentinelAddress[]
  readonly server: RunningServer
  /** The primary at the start. */
  readonly primary: RedisProcess
  readonly replica: RedisProcess
  stop(): Promise<void>
}

const NAME = 'tokenward'
/** How long a primary may be unreachable before the Sentinel starts a failover. */
const DOWN_AFTER_MS = 500

/**
 * Starts a primary, a replica, and Sentinels that promote the replica when the primary is down.
 * @param count of the Sentinels, of which a majority decides
 */
export async function startRedisSentinel(
  { version, settings = {} }: StartOptions = {},
  count = 1,
): Promise<RedisSentinel> {
  const processes = await RedisProcesses.create(version, 2 + count)
  try {
    const primary = await processes.start(settings)
    const address = `127.0.0.1 ${primary.port}`
    const replica = await processes.start({ replicaof: address, ...settings })
    await until(() => assertSynced(replica))
    const lines = [
      `sentinel monitor ${NAME} ${address} ${Math.floor(count / 2) + 1}`,
      `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
      `sentinel failover-timeout ${NAME} 5000`,
    ]
    const sentinels: SentinelAddress[] = []
    for (let started = 0; started < count; started++) {
      const { port } = await processes.start({}, lines)
      sentinels.push({ host: '127.0.0.1', port })
    }
    await until(() => Promise.all(sentinels.map(({ port }) => assertMonitored(port, count))))
    const sentinel = sentinels[0] as SentinelAddress
    const server = await processes.describe(primary.url)
    return { name: NAME, sentinel, sentinels, server, primary, replica, stop: processes.stop }
  } catch (error) {
    await processes.stop()
    throw error
  }
}

async function assertSynced({ port }: RedisProcess): Promise<void> {
  const reply = await tcpRequest(connect(port, '127.0.0.1'), 'INFO replication\r\n', /\r\n\r\n/)
  if (!reply.includes('master_link_status:up'))
    throw new Error(`the replica is not in sync\n${reply}`)
}

async function assertMonitored(port: number, count: number): Promise<void> {
  const reply = await tcpRequest(connect(port, '127.0.0.1'), 'INFO sentinel\r\n', /\r\n\r\n/)
  const [, replicas, sentinels] = /status=ok,[^\r]*slaves=(\d+),sentinels=(\d+)/.exec(reply) ?? []
  if (replicas !== '1' || Number(sentinels) !== count)
    throw new Error(`the Sentinel does not know the others\n${reply}`)
}
