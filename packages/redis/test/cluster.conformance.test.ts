import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import startCluster from './cluster.ts'
import { subset } from './subset.ts'

/** These cases disturb the network to a single server. `cluster.test.ts` covers the nodes of a cluster. */
const SINGLE_SERVER_CASES: readonly string[] = [
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
  only: subset.filter((name) => !SINGLE_SERVER_CASES.includes(name)),
  runner,
  name: 'redis cluster',
  server: startCluster,
  repository: new URL('./repository.ts', import.meta.url),
})
