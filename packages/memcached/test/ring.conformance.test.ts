import { conformance } from '@tokenward/conformance'
import { casesOfOneServer } from '@tokenward/testbed'
import * as runner from 'vitest'
import { startRingFor } from './ring-server.ts'

conformance({
  runner,
  name: 'memcached ring',
  server: () => startRingFor('memcached'),
  rounds: 8,
  repository: new URL('./repository.ts', import.meta.url),
  sample: { runs: 8 },
  leaveOut: casesOfOneServer('several-servers.test.ts'),
})
