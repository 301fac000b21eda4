import { conformance } from '@tokenward/conformance'
import { sampleOfEngine } from '@tokenward/testbed'
import * as runner from 'vitest'
import { startFor } from './server.ts'

conformance({
  runner,
  server: () => startFor('memcached'),
  repository: new URL('./repository.ts', import.meta.url),
  sample: sampleOfEngine('memcached'),
})
