import { cases, conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import { startRingFor } from './ring-server.ts'

/** They put one proxy before all there is; `ring.test.ts` does the same to one of several. */
const BY_PROXY = [
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
  only: cases.map(({ name }) => name).filter((name) => !BY_PROXY.includes(name)),
})
