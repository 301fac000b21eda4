import { randomBytes, randomUUID } from 'node:crypto'
import { etag, FaultProxy, record as numbered } from '@tokenward/conformance/harness'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { start, type Testbed } from '@tokenward/testbed'
import { inject, onTestFinished } from 'vitest'
import { DRIVERS } from '../src/driver.ts'
import { type Driver, type MemcachedOptions, memcached, type Servers } from '../src/index.ts'

export const drivers: readonly Driver[] = DRIVERS

/** A repository in a new namespace, unless one is given. */
export function connect(
  servers: Servers = inject('memcached'),
  options: MemcachedOptions = {},
): TokenRepository {
  const repository = memcached(servers, { namespace: randomUUID(), ...options })
  onTestFinished(() => repository.close())
  return repository
}

export async function opened(
  servers?: Servers,
  options?: MemcachedOptions,
): Promise<TokenRepository> {
  const repository = connect(servers, options)
  await repository.open()
  return repository
}

/** Starts a server for one test, which may stop and pause it. */
export async function ownServer(
  settings: Readonly<Record<string, string>> = {},
): Promise<Required<Pick<Testbed, 'url' | 'kill' | 'start' | 'pause' | 'resume'>>> {
  const { url, stop, ...control } = await start('memcached', { settings })
  onTestFinished(stop)
  const { kill, start: startAgain, pause, resume } = control
  if (!kill || !startAgain || !pause || !resume)
    throw new Error('an external server cannot be controlled')
  return { url, kill, start: startAgain, pause, resume }
}

/** A proxy before the server, which can disturb its connections. */
export async function disturbed(
  url: string = inject('memcached'),
): Promise<{ proxy: FaultProxy; url: string }> {
  const { hostname, port } = new URL(url)
  const proxy = await FaultProxy.start({ host: hostname, port: Number(port) })
  onTestFinished(async () => {
    await proxy.heal()
    await proxy.close()
  })
  return { proxy, url: `memcached://${proxy.address.host}:${proxy.address.port}` }
}

export function key(): string {
  return randomBytes(18).toString('base64url')
}

export function record(more: Partial<StoredRecord> = {}): StoredRecord {
  return numbered(0, { key: key(), ...more })
}

export function changed(stored: StoredRecord): StoredRecord {
  return { ...stored, etag: etag() }
}

export async function insert(
  repository: TokenRepository,
  more?: Partial<StoredRecord>,
): Promise<StoredRecord> {
  const inserted = record(more)
  const [done] = await repository.write([{ record: inserted, expected: null }], deadline())
  if (!done) throw new Error('not inserted')
  return inserted
}

/** A deadline that no test should reach, even on a busy machine. */
export function deadline(): AbortSignal {
  return AbortSignal.timeout(120_000)
}
