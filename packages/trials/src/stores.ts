import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TokenRepository } from '@tokenward/core'
import { memcached } from '@tokenward/memcached'
import { mongodb } from '@tokenward/mongodb'
import { postgres } from '@tokenward/postgres'
import { redis } from '@tokenward/redis'
import { sqlite } from '@tokenward/sqlite'
import { start } from '@tokenward/testbed'
import { Redis } from 'ioredis'
import { MongoClient } from 'mongodb'
import { memcachedValues } from './memcached-values.ts'

/** A store of its own, for one trial. */
export interface TrialStore {
  /** The name and version of the server, and whether it is a stand-in. */
  readonly server: string
  readonly url: string
  /** What someone has who copies the store: its files, or its dump. */
  dump(): Promise<Buffer>
  /** In bytes, indexes included, where the store can tell: of its files, or of its memory. */
  size?(): Promise<number>
  close(): Promise<void>
}

export type StoreName = 'sqlite' | 'postgres' | 'redis' | 'mongodb' | 'memcached'

/** Opens a repository by the URL of a trial's store; a process of its own does the same. */
export const repositories: Readonly<Record<StoreName, (url: string) => TokenRepository>> = {
  sqlite: (url) => sqlite(url),
  postgres: (url) => postgres(url),
  redis: (url) => redis(url),
  mongodb: (url) => mongodb(url),
  memcached: (url) => memcached(url),
}

export const starters: Readonly<Record<StoreName, () => Promise<TrialStore>>> = {
  sqlite: startSqlite,
  postgres: startPostgres,
  redis: startRedis,
  mongodb: startMongodb,
  memcached: startMemcached,
}

async function startSqlite(): Promise<TrialStore> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenward-trial-'))
  return {
    server: `SQLite ${process.versions['sqlite']}`,
    url: join(folder, 'tokens.db'),
    async dump() {
      const names = await readdir(folder)
      return Buffer.concat(await Promise.all(names.map((name) => readFile(join(folder, name)))))
    },
    size: async () => databaseSize(join(folder, 'tokens.db')),
    close: () => rm(folder, { recursive: true }),
  }
}

/** In bytes. The size of the file lacks what is still in the log. */
function databaseSize(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true })
  const pages = database.prepare(
    'SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size',
  )
  const bytes = Number(pages.get()?.['bytes'])
  database.close()
  return bytes
}

async function startPostgres(): Promise<TrialStore> {
  // The image of version 18 has no `pg_dump`.
  const { url, server, stop, run } = await start('postgres', { version: '15' })
  const { username, pathname } = new URL(url)
  return {
    server: `${server.name} ${server.version}`,
    url,
    // Inside the container, by its local socket.
    dump: async () =>
      Buffer.from((await run?.(['pg_dump', '-U', username, pathname.slice(1)])) ?? ''),
    async size() {
      const query = `SELECT pg_total_relation_size('tokenward_records')`
      return Number(await run?.(['psql', '-U', username, '-At', '-c', query, pathname.slice(1)]))
    },
    close: stop,
  }
}

async function startRedis(): Promise<TrialStore> {
  const settings = { appendonly: 'yes', appendfsync: 'always' }
  const { url, server, stop, run } = await start('redis', { settings })
  return {
    server: `${server.name} ${server.version}`,
    url,
    dump: async () =>
      Buffer.from(
        (await run?.([
          'sh',
          '-c',
          'cat "$(find / -name appendonlydir 2>/dev/null | head -n 1)"/*',
        ])) ?? '',
      ),
    size: () => usedMemory(url),
    close: stop,
  }
}

async function usedMemory(url: string): Promise<number> {
  const client = new Redis(url)
  const info = await client.info('memory')
  client.disconnect()
  return Number(/^used_memory:(\d+)/m.exec(info)?.[1])
}

async function startMongodb(): Promise<TrialStore> {
  const { url, server, stop } = await start('mongodb')
  const address = new URL(url)
  address.pathname = '/tokens'
  return {
    server: `${server.name} ${server.version}${server.standIn ? ' (a stand-in for mongod)' : ''}`,
    url: address.href,
    // Its files are compressed: the documents, as `mongodump` would write them.
    async dump() {
      const client = new MongoClient(address.href)
      const collections = await client.db().collections()
      const all = await Promise.all(collections.map((collection) => collection.find().toArray()))
      await client.close()
      return Buffer.from(JSON.stringify(all))
    },
    close: stop,
  }
}

async function startMemcached(): Promise<TrialStore> {
  const { url, server, stop } = await start('memcached')
  return {
    server: `${server.name} ${server.version}`,
    url,
    dump: () => memcachedValues(new URL(url)),
    close: stop,
  }
}
