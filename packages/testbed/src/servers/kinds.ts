import type { Backend } from '../handle.ts'
import { memcached } from './memcached.ts'
import { mongodb } from './mongodb.ts'
import { postgres } from './postgres.ts'
import { redis } from './redis.ts'
import type { ServerKind } from './server-kind.ts'

export const kinds: Readonly<Record<Backend, ServerKind>> = { postgres, redis, memcached, mongodb }
