import { startEtcd } from './etcd.ts'
import type { Scenario } from './group.ts'
import { startPostgres } from './postgres.ts'
import { startCluster, startSentinels } from './redis.ts'

const POSTGRES = new URL('./repositories/postgres.ts', import.meta.url)
const REDIS = new URL('./repositories/redis.ts', import.meta.url)

export const scenarios: Readonly<Record<string, Scenario>> = {
  'postgres-fenced': {
    title: 'Postgres, synchronous standby, old primary fenced',
    repository: POSTGRES,
    keepsWrites: true,
    isFenced: true,
    start: () => startPostgres({ synchronous: true, fenced: true }),
  },
  'postgres-unfenced': {
    title: 'Postgres, synchronous standby, old primary not fenced',
    repository: POSTGRES,
    keepsWrites: true,
    isFenced: false,
    start: () => startPostgres({ synchronous: true, fenced: false }),
  },
  'postgres-asynchronous': {
    title: 'Postgres, asynchronous standby, old primary fenced',
    repository: POSTGRES,
    keepsWrites: false,
    isFenced: true,
    start: () => startPostgres({ synchronous: false, fenced: true }),
  },
  sentinel: {
    title: 'Redis, 3 Sentinels',
    repository: REDIS,
    keepsWrites: false,
    isFenced: false,
    start: startSentinels,
  },
  cluster: {
    title: 'Redis Cluster, 3 primaries with a replica each',
    repository: REDIS,
    keepsWrites: false,
    isFenced: false,
    start: startCluster,
  },
  etcd: {
    title: 'etcd, 3 members',
    repository: new URL('./repositories/etcd.ts', import.meta.url),
    keepsWrites: true,
    isFenced: true,
    start: startEtcd,
  },
}
