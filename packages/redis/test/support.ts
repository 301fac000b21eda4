import { randomBytes } from 'node:crypto'
import { FaultProxy, key } from '@tokenward/conformance/harness'
import type { TokenRepository } from '@tokenward/core/adapter'
import { start, type Testbed } from '@tokenward/testbed'
import { type Cluster, Redis } from 'ioredis'
import { inject, onTestFinished } from 'vitest'
import { type ClusterLike, type RedisLike, type RedisOptions, redis } from '../src/index.ts'
import { shardOf } from '../src/keys.ts'
import { makeAccounts } from './accounts.ts'

export { etag, key, record } from '@tokenward/conformance/harness'

/** With the optional methods that the adapter claims. */
export type Complete = Required<TokenRepository>
export type Server = string | RedisLike | ClusterLike

/** Starts a server for one test, which may break it. */
export async function startOwn(
  settings: Readonly<Record<string, string>>,
  more: { version?: string; clock?: boolean } = {},
): Promise<Required<Omit<Testbed, 'certificate' | 'setClock'>> & Testbed> {
  const server = await start('redis', { version: '7', settings, ...more })
  onTestFinished(() => server.stop())
  return server as Required<Testbed>
}

/** The environment names the server: tests that break a server are skipped. */
export const isExternalServer: boolean = process.env['TOKENWARD_TEST_REDIS_URL'] !== undefined

/** A client of the test, independent of the adapter. */
export function client(url: string = inject('redis')): Redis {
  const connected = new Redis(url)
  connected.on('error', () => undefined) // The test may kill the server.
  onTestFinished(() => connected.disconnect())
  return connected
}

/** A repository in a new namespace, by default on the shared server of this run. */
export function connect(server?: Server, options: RedisOptions = {}): Complete {
  const namespace = `test-${randomBytes(8).toString('hex')}`
  const repository = redis(server ?? inject('redis'), { namespace, ...options }) as Complete
  onTestFinished(() => repository.close())
  return repository
}

/** A repository that is open and prepared. */
export async function prepared(server?: Server, options?: RedisOptions): Promise<Complete> {
  const repository = connect(server, options)
  await repository.open()
  await repository.migrate(false)
  return repository
}

/** One repository behind a proxy that can disturb its connections, and one that connects directly. */
export async function disturbed(): Promise<{
  readonly proxy: FaultProxy
  readonly url: string
  readonly direct: Complete
  readonly repository: Complete
}> {
  const { hostname: host, port } = new URL(inject('redis'))
  const proxy = await FaultProxy.start({ host, port: Number(port) })
  onTestFinished(() => proxy.close())
  const namespace = crypto.randomUUID()
  const direct = await prepared(inject('redis'), { namespace })
  const url = `redis://${proxy.address.host}:${proxy.address.port}`
  const repository = connect(url, { namespace })
  await repository.open()
  return { proxy, url, direct, repository }
}

/** A new user of the server, by which the connections of one test are found. */
export async function asUser(): Promise<{
  readonly url: string
  readonly username: string
  readonly operator: Redis
  /** The CLIENT LIST lines of the user's connections. */
  readonly connections: () => Promise<readonly string[]>
}> {
  const { write: url } = await makeAccounts([inject('redis')])
  const { username } = new URL(url)
  const operator = client()
  const connections = async () => {
    const all = String(await operator.client('LIST')).split('\n')
    return all.filter((line) => line.includes(` user=${username} `))
  }
  return { url, username, operator, connections }
}

/** That of the keys that `key` makes, which differ only at the end. */
export const SHARD: string = shardOf(key(1))

/** Keys that are spread over all shards. */
export function scattered(n: number): string {
  return Buffer.of(n, 0, 0).toString('base64url', 0, 3).slice(0, 2) + key(n).slice(2)
}

/** A deadline that no test should reach, even on a busy machine. */
export function deadline(): AbortSignal {
  return AbortSignal.timeout(120_000)
}

/** Records the copies that the adapter makes of a client. */
export function watched<T extends Redis | Cluster>(
  callerClient: T,
): { callerClient: T; copies: T[] } {
  const copies: T[] = []
  const duplicate = callerClient.duplicate.bind(callerClient) as (...args: unknown[]) => T
  callerClient.duplicate = ((...args: unknown[]) => {
    const copy = duplicate(...args)
    copies.push(copy)
    return copy
  }) as never
  return { callerClient, copies }
}
