import { conformance } from '@tokenward/conformance'
import { sampleOfEngine } from '@tokenward/testbed'
import * as runner from 'vitest'
import startMemcached from './server.ts'

conformance({
  runner,
  server: startMemcached,
  repository: new URL('./repository.ts', import.meta.url),
  sample: sampleOfEngine('memcached'),
})
