import { randomBytes } from 'node:crypto'
import type { TokenRepository } from '@tokenward/core/adapter'
import { type Db, MongoClient, type MongoClientOptions } from 'mongodb'
import { inject, onTestFinished } from 'vitest'
import { type MongoClientLike, type MongodbOptions, mongodb } from '../src/index.ts'

export { etag, key, record } from '@tokenward/conformance/harness'

/** With the optional methods that the adapter claims. */
export type Complete = Required<TokenRepository>

/** The URL of a new database on the server of this run, dropped after the test. */
export async function newDatabase(): Promise<string> {
  const url = new URL(inject('mongodb').url)
  url.pathname = `/test_${randomBytes(8).toString('hex')}`
  const database = databaseOf(url.href)
  onTestFinished(async () => void (await database.dropDatabase()))
  return url.href
}

/** The database for the test, independent of the adapter. */
export function databaseOf(url: string): Db {
  return client(url).db()
}

export function client(url: string, options: MongoClientOptions = {}): MongoClient {
  const made = new MongoClient(url, options)
  onTestFinished(() => made.close())
  return made
}

export function connect(server: string | MongoClientLike, options?: MongodbOptions): Complete {
  const repository = mongodb(server, options) as Complete
  onTestFinished(() => repository.close())
  return repository
}

/** A repository that is open and migrated. */
export async function prepared(
  server: string | MongoClientLike,
  options?: MongodbOptions,
): Promise<Complete> {
  const repository = connect(server, options)
  await repository.open()
  await repository.migrate(false)
  return repository
}

/** A deadline that no test of this package should reach. */
export function deadline(): AbortSignal {
  return AbortSignal.timeout(120_000)
}
