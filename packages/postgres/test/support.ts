import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { TokenRepository } from '@tokenward/core/adapter'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { type CallerDatabase, type PostgresOptions, postgres } from '../src/index.ts'

export { etag, key, record } from '@tokenward/conformance/harness'

/** With all that the adapter claims. */
export type Complete = Required<TokenRepository>

/** A new database on the server of this run, which goes with the test. */
export async function newDatabase(server: string = inject('postgres')): Promise<string> {
  const url = new URL(server)
  const name = `test_${randomBytes(8).toString('hex')}`
  const administrator = new pg.Client(url.href)
  await administrator.connect()
  await administrator.query(`CREATE DATABASE ${name}`)
  onTestFinished(async () => {
    await administrator.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await administrator.end()
  })
  url.pathname = `/${name}`
  return url.href
}

/** The test's own look at the database, beside the adapter. */
export async function client(url: string): Promise<pg.Client> {
  const connected = new pg.Client(url)
  connected.on('error', () => undefined) // The database may be dropped under it.
  await connected.connect()
  onTestFinished(() => connected.end())
  return connected
}

export function pool(url: string, options: pg.PoolConfig = {}): pg.Pool {
  const made = poolWithoutListener(url, options)
  made.on('error', () => undefined) // As any owner of a pool must.
  return made
}

/** Without a listener for its errors. */
export function poolWithoutListener(url: string, options: pg.PoolConfig = {}): pg.Pool {
  const made = new pg.Pool({ connectionString: url, ...options })
  onTestFinished(async () => {
    // `end()` resolves before the connections are closed, and the database is dropped under them.
    made.on('error', () => undefined)
    if (!made.ended) await made.end()
  })
  return made
}

export function connect(database: string | CallerDatabase, options?: PostgresOptions): Complete {
  const repository = postgres(database, options) as Complete
  onTestFinished(() => repository.close())
  return repository
}

/** Open and migrated. */
export async function prepared(
  database: string | CallerDatabase,
  options?: PostgresOptions,
): Promise<Complete> {
  const repository = connect(database, options)
  await repository.open()
  await repository.migrate(false)
  return repository
}

/** A server that the test implements. @returns its port */
export async function listening(answer: (socket: Socket) => void): Promise<number> {
  const server = createServer(answer)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

/** A deadline that no test of this package should reach. */
export function soon(): AbortSignal {
  return AbortSignal.timeout(30_000)
}
