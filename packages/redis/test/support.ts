import { randomBytes } from 'node:crypto'
import { FaultProxy } from '@tokenward/conformance/harness'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { start, type Testbed } from '@tokenward/testbed'
import { type Cluster, Redis } from 'ioredis'
import { inject, onTestFinished } from 'vitest'
import { type ClusterLike, type RedisLike, type RedisStoreOptions, redis } from '../src/index.ts'
import { makeAccounts } from './accounts.ts'

/** With all that the adapter claims. */
export type Complete = Required<TokenRepository>
export type Server = string | RedisLike | ClusterLike

/** A server of the test's own, to do harm to; `null` where the environment names one. */
export async function startOwn(
  settings: Readonly<Record<string, string>>,
  more: { version?: string; clock?: boolean } = {},
): Promise<Required<Omit<Testbed, 'certificate' | 'setClock'>> & Testbed> {
  const server = await start('redis', { version: '7', settings, ...more })
  onTestFinished(() => server.stop())
  return server as Required<Testbed>
}

/** Servers of somebody's own are not ours to be broken. */
export const isTheirs: boolean = process.env['TOKENWARD_TEST_REDIS_URL'] !== undefined

/** The test's own look at the server, beside the adapter. */
export function client(url: string = inject('redis')): Redis {
  const connected = new Redis(url)
  connected.on('error', () => undefined) // The server may be killed under it.
  onTestFinished(() => connected.disconnect())
  return connected
}

/** A namespace of the test's own, on the server of this run. */
export function connect(server?: Server, options: RedisStoreOptions = {}): Complete {
  const namespace = `test-${randomBytes(8).toString('hex')}`
  const repository = redis(server ?? inject('redis'), { namespace, ...options }) as Complete
  onTestFinished(() => repository.close())
  return repository
}

/** Open and prepared. */
export async function prepared(server?: Server, options?: RedisStoreOptions): Promise<Complete> {
  const repository = connect(server, options)
  await repository.open()
  await repository.migrate(false)
  return repository
}

/** A repository on a way to the server that can be disturbed, and one beside it. */
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

/** A user of the test's own, so that its connections can be told from all others. */
export async function asUser(): Promise<{
  readonly url: string
  readonly username: string
  readonly operator: Redis
  readonly ours: () => Promise<readonly string[]>
}> {
  const { write: url } = await makeAccounts([inject('redis')])
  const { username } = new URL(url)
  const operator = client()
  const ours = async () => {
    const all = String(await operator.client('LIST')).split('\n')
    return all.filter((line) => line.includes(` user=${username} `))
  }
  return { url, username, operator, ours }
}

export function key(n: number): string {
  return n.toString(16).padStart(64, '0')
}

/** Spread over all shards. */
export function scattered(n: number): string {
  return (n % 256).toString(16).padStart(2, '0') + n.toString(16).padStart(62, '0')
}

export function etag(): string {
  return randomBytes(16).toString('base64url')
}

export function record(n: number, more: Partial<StoredRecord> = {}): StoredRecord {
  return {
    key: key(n),
    kind: 'token',
    state: 'active',
    etag: etag(),
    expiresAt: Date.now() + 60_000,
    retainUntil: Date.now() + 120_000,
    groups: [],
    body: '{}',
    ...more,
  }
}

/** A deadline that no test of this package should reach, on however busy a machine. */
export function soon(): AbortSignal {
  return AbortSignal.timeout(120_000)
}

/** A client whose copies, which the adapter makes of it, can be looked at. */
export function watched<T extends Redis | Cluster>(lent: T): { lent: T; copies: T[] } {
  const copies: T[] = []
  const duplicate = lent.duplicate.bind(lent) as (...args: unknown[]) => T
  lent.duplicate = ((...args: unknown[]) => {
    const copy = duplicate(...args)
    copies.push(copy)
    return copy
  }) as never
  return { lent, copies }
}
