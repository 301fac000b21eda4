import { connect } from 'node:net'
import type { RunningServer } from './handle.ts'
import type { StartOptions } from './options.ts'
import { type RedisProcess, RedisProcesses, until } from './redis-processes.ts'
import { tcpRequest } from './servers/tcp-request.ts'

export interface RedisSentinel {
  /** The Sentinel's name for the primary. */
  readonly name: string
  readonly sentinel: { readonly host: string; readonly port: number }
  readonly server: RunningServer
  /** The primary at the start. */
  readonly primary: RedisProcess
  readonly replica: RedisProcess
  stop(): Promise<void>
}

const NAME = 'tokenward'
/** How long a primary may be unreachable before the Sentinel starts a failover. */
const DOWN_AFTER_MS = 500

/** Starts a primary, a replica, and a Sentinel that promotes the replica when the primary is down. */
export async function startRedisSentinel({
  version,
  settings = {},
}: StartOptions = {}): Promise<RedisSentinel> {
  const processes = await RedisProcesses.create(version, 3)
  try {
    const primary = await processes.start(settings)
    const address = `127.0.0.1 ${primary.port}`
    const replica = await processes.start({ replicaof: address, ...settings })
    await until(() => assertSynced(replica))
    const { port } = await processes.start({}, [
      `sentinel monitor ${NAME} ${address} 1`,
      `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
      `sentinel failover-timeout ${NAME} 5000`,
    ])
    await until(() => assertMonitored(port))
    const sentinel = { host: '127.0.0.1', port }
    const server = await processes.describe(primary.url)
    return { name: NAME, sentinel, server, primary, replica, stop: processes.stop }
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

async function assertMonitored(port: number): Promise<void> {
  const reply = await tcpRequest(connect(port, '127.0.0.1'), 'INFO sentinel\r\n', /\r\n\r\n/)
  if (!/status=ok,[^\r]*slaves=1,/.test(reply))
    throw new Error(`the Sentinel does not know the replica\n${reply}`)
}
