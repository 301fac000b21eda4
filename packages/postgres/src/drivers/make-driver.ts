import type { Driver, PoolLike } from '../driver.ts'
import { makePool } from '../pool.ts'
import { PgDriver } from './pg.ts'
import { isPglite, PgliteDriver, type PgliteLike } from './pglite.ts'
import { PostgresJsDriver, type PostgresJsLike } from './postgres-js.ts'

/** What `postgres()` takes in place of a URL. */
export type CallerDatabase = PoolLike | PgliteLike | (() => PostgresJsLike)

export async function makeDriver(database: string | CallerDatabase): Promise<Driver> {
  if (typeof database === 'string') {
    const { pool, attempts, end } = await makePool(database)
    return new PgDriver(pool, { attempts, end })
  }
  if (typeof database === 'function') return new PostgresJsDriver(database)
  return isPglite(database) ? new PgliteDriver(database) : new PgDriver(database)
}
