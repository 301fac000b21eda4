import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Backend, type StartOptions, start } from '@tokenward/testbed'
import type { RuntimeName } from './versions.ts'

/** A store that is opened by its driver, as a column of the matrix. */
export interface DrivenStore {
  readonly name: string
  /** The module in `inside/repositories`. */
  readonly module: string
  /** The only runtime that has the driver; absent: it is tried under each. */
  readonly only?: RuntimeName
  start(): Promise<RunningStore>
}

export interface RunningStore {
  readonly url: string
  /** The server with its version, and whether it is a stand-in. */
  readonly server: string
  stop(): Promise<unknown>
}

/** Cases with many racers have an instance for each, and each instance has its own connections. */
const CONNECTIONS = '500'

export const STORES: readonly DrivenStore[] = [
  driven('postgres', 'postgres', { settings: { max_connections: CONNECTIONS } }),
  driven('redis', 'redis', { settings: { appendonly: 'yes', appendfsync: 'always' } }),
  driven('mongodb', 'mongodb'),
  driven('memcached', 'memcached', {}, '#memcached'),
  driven('memcached', 'memcached by memcache-client', {}, '#memcache-client'),
  { name: 'sqlite by node:sqlite', module: 'sqlite', start: startFile },
  { name: 'sqlite by bun:sqlite', module: 'bun-sqlite', only: 'bun', start: startFile },
]

function driven(
  backend: Backend,
  name: string,
  options: StartOptions = {},
  fragment = '',
): DrivenStore {
  return {
    name,
    module: backend,
    async start() {
      const { url, server, stop } = await start(backend, options)
      const standIn = server.standIn ? ` (a stand-in for ${backend})` : ''
      return {
        url: `${url}${fragment}`,
        server: `${server.name} ${server.version}${standIn}`,
        stop,
      }
    },
  }
}

async function startFile(): Promise<RunningStore> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenward-runtimes-'))
  const stop = () => rm(folder, { recursive: true })
  return { url: join(folder, 'tokens.db'), server: 'a file', stop }
}
