import { connect } from 'node:net'
import type { RunningServer } from './handle.ts'
import type { StartOptions } from './options.ts'
import { type RedisProcess, RedisProcesses, until } from './redis-processes.ts'
import { ask } from './servers/ask.ts'

export interface RedisSentinel {
  /** By which the Sentinel knows the primary. */
  readonly name: string
  readonly sentinel: { readonly host: string; readonly port: number }
  readonly server: RunningServer
  /** At first. */
  readonly primary: RedisProcess
  readonly replica: RedisProcess
  stop(): Promise<void>
}

const NAME = 'tokenward'
/** ms: so long a primary is silent before it is deposed. */
const DOWN_AFTER = 500

/** A primary with one replica, and a Sentinel that makes the replica the primary when that is down. */
export async function startRedisSentinel({
  version,
  settings = {},
}: StartOptions = {}): Promise<RedisSentinel> {
  const processes = await RedisProcesses.in(version, 3)
  try {
    const primary = await processes.start(settings)
    const of = `127.0.0.1 ${primary.port}`
    const replica = await processes.start({ replicaof: of, ...settings })
    await until(() => assertSynced(replica))
    const { port } = await processes.start({}, [
      `sentinel monitor ${NAME} ${of} 1`,
      `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER}`,
      `sentinel failover-timeout ${NAME} 5000`,
    ])
    await until(() => assertWatched(port))
    const sentinel = { host: '127.0.0.1', port }
    const server = await processes.describe(primary.url)
    return { name: NAME, sentinel, server, primary, replica, stop: processes.stop }
  } catch (error) {
    await processes.stop()
    throw error
  }
}

async function assertSynced({ port }: RedisProcess): Promise<void> {
  const told = await ask(connect(port, '127.0.0.1'), 'INFO replication\r\n', /\r\n\r\n/)
  if (!told.includes('master_link_status:up')) throw new Error(`the replica lags\n${told}`)
}

async function assertWatched(port: number): Promise<void> {
  const told = await ask(connect(port, '127.0.0.1'), 'INFO sentinel\r\n', /\r\n\r\n/)
  if (!/status=ok,[^\r]*slaves=1,/.test(told)) throw new Error(`the Sentinel looks\n${told}`)
}
