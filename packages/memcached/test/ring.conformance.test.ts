import { cases, conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import { startRingFor } from './ring-server.ts'

/** These cases disturb the network to a single server. `several-servers.test.ts` covers one of several. */
const SINGLE_SERVER_CASES = [
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
  runner,
  name: 'memcached ring',
  server: () => startRingFor('memcached'),
  rounds: 8,
  repository: new URL('./repository.ts', import.meta.url),
  only: cases.map(({ name }) => name).filter((name) => !SINGLE_SERVER_CASES.includes(name)),
})
