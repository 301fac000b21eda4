import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import { startFor } from './server.ts'

conformance({
  runner,
  name: 'memcached memcache-client',
  server: () => startFor('memcache-client'),
  rounds: 12,
  sample: { runs: 8 },
  repository: new URL('./repository.ts', import.meta.url),
})
