import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import startCluster from './cluster.ts'
import { shortened } from './short.ts'

/** They disturb the one way to a server. What a cluster does then is told by `cluster.test.ts`. */
const ONE_WAY: readonly string[] = [
  'lost-replies',
  'late-replies',
  'refused-port',
  'black-hole',
  'half-reply',
  'reset-after-send',
  'late-reply',
  'recover',
  'recognize-own-write-on-wire',
  'join-after-send-on-wire',
]

conformance({
  only: shortened.filter((name) => !ONE_WAY.includes(name)),
  runner,
  name: 'redis cluster',
  server: startCluster,
  repository: new URL('./repository.ts', import.meta.url),
})
