import type { EventEmitter } from 'node:events'
import type { CallerOwned, ServerHandle } from '@tokenward/conformance'
import { start } from '@tokenward/testbed'
import pg from 'pg'
import { type PoolLike, postgres } from '../src/index.ts'
import { makeAccounts } from './accounts.ts'
import { asAdministrator } from './administrator.ts'
import { logging } from './server-log.ts'
import { syncedWrites } from './synced-writes.ts'

/** Some cases have an instance for each of 128 racers, and each instance has its own connections. */
const SETTINGS = { max_connections: '500' }

/** A server for the suite, and what the suite does to it without the adapter. */
export default async function startPostgres(version = '15', clock = false): Promise<ServerHandle> {
  const running = await start('postgres', { version, settings: SETTINGS, clock })
  const { url } = running
  const run = (text: string, ...values: unknown[]) => asAdministrator(url, text, values)
  return {
    ...running,
    roundsShare: 0.5,
    snapshot: async () => snapshot(url),
    wipe: () => run('DELETE FROM tokenward_records'),
    drop: (key) => run('DELETE FROM tokenward_records WHERE key = $1', key),
    damage: (key) => run(`UPDATE tokenward_records SET body = 'corrupt' WHERE key = $1`, key),
    ...logging(running),
    pooled: true,
    accounts: () => makeAccounts(url),
    callerOwned: async (namespace) => callerOwned(url, namespace),
    unprepared: () => emptyDatabase(url),
    syncedWrites: (namespace, writes) => syncedWrites(url, namespace, writes),
    unsafe: [{ name: 'UNLOGGED table', url: await unlogged(url), finding: 'unlogged-table' }],
  }
}

let copies = 0

async function snapshot(url: string): Promise<() => Promise<void>> {
  const copy = `tokenward_copy_${++copies}`
  await asAdministrator(url, `CREATE TABLE ${copy} AS TABLE tokenward_records`)
  return () =>
    asAdministrator(
      url,
      `BEGIN; DELETE FROM tokenward_records; INSERT INTO tokenward_records TABLE ${copy}; COMMIT`,
    )
}

/** Another database of the same server, without a schema. */
async function emptyDatabase(url: string): Promise<string> {
  const name = `empty_${++copies}`
  await asAdministrator(url, `DROP DATABASE IF EXISTS ${name}`)
  await asAdministrator(url, `CREATE DATABASE ${name}`)
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
}

/** Another database of the same server, with an unlogged table. */
async function unlogged(url: string): Promise<string> {
  await asAdministrator(url, 'DROP DATABASE IF EXISTS unlogged')
  await asAdministrator(url, 'CREATE DATABASE unlogged')
  const address = new URL(url)
  address.pathname = '/unlogged'
  const repository = postgres(address.href)
  await repository.open()
  await repository.migrate?.(false)
  await repository.close()
  await asAdministrator(address.href, 'ALTER TABLE tokenward_records SET UNLOGGED')
  return address.href
}

function callerOwned(url: string, namespace: string): CallerOwned {
  const pool = new pg.Pool({ connectionString: url })
  pool.on('error', () => undefined) // The server may stop before its connections are closed.
  return callerOwnedPool(pool, namespace)
}

type OwnedPool = PoolLike &
  Pick<EventEmitter, 'eventNames' | 'listenerCount'> & {
    query(text: string): Promise<unknown>
    end(): Promise<void>
  }

/** Of `pg`, or of a driver with the same interface. */
export function callerOwnedPool(pool: OwnedPool, namespace: string): CallerOwned {
  return {
    repository: postgres(pool, { namespace }),
    use: () => pool.query('SELECT count(*) FROM tokenward_records'),
    listeners: () =>
      pool.eventNames().reduce((count, event) => count + pool.listenerCount(event), 0),
    dispose: () => pool.end(),
  }
}
