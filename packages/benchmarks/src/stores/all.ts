import type { MeasuredStore } from './measured-store.ts'
import { startMemcacheClient, startMemcached } from './memcached.ts'
import { startMongodb } from './mongodb.ts'
import { startPostgres } from './postgres.ts'
import { startRedis } from './redis.ts'
import { startCluster } from './redis-cluster.ts'
import { startSqlite } from './sqlite.ts'

export const stores: Readonly<Record<string, () => Promise<MeasuredStore>>> = {
  sqlite: startSqlite,
  postgres: startPostgres,
  redis: startRedis,
  'redis-cluster': startCluster,
  mongodb: startMongodb,
  memcached: startMemcached,
  'memcache-client': startMemcacheClient,
}
